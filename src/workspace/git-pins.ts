/**
 * Configuration that every call of git gets by `-c`, which outranks every configuration file. Each line takes away one way in
 * which a repository or the user's taste could change what is read or make git start a program.
 * An empty value is "off" both for git >= 2.36, where the key is a boolean or a path, and for older versions.
 */
const pinnedConfiguration: readonly (readonly [key: string, value: string, reason: string])[] = [
  ["core.fsmonitor", "", "is a program that git would start"],
  ["core.hooksPath", "/dev/null", "holds programs that git would start"],
  ["core.sshCommand", "", "is a program that git would start"],
  ["core.askPass", "", "is a program that git would start"],
  ["credential.helper", "", "is a program that git would start"],
  ["log.showSignature", "false", "starts gpg.program"],
  ["protocol.allow", "never", "no command of ours needs the network"],
  ["maintenance.auto", "false", "writes into the repository"],
  ["gc.auto", "0", "writes into the repository"],
  ["submodule.recurse", "false", "runs git under the configuration of the submodule"],
  ["safe.bareRepository", "explicit", "a folder of the work tree may be made to look like a repository"],
  ["core.bigFileThreshold", "16m", "larger files count as binary, so that no diff needs unbounded memory"],
  ["core.quotePath", "false", "file names are read as they are"],
  ["core.safecrlf", "false", "would fail on mixed line ends"],
  ["color.ui", "never", "the output is read by a program"],
  ["diff.suppressBlankEmpty", "false", "every line of a hunk must start with its marker"],
  ["diff.orderFile", "/dev/null", "one that is missing makes git fail, also of `git status`"],
  ["diff.autoRefreshIndex", "true", "files with a new time and the same content are no change"],
];

/** The pins as leading arguments of git. */
export const pinArguments: readonly string[] = [
  "--no-pager",
  "--literal-pathspecs",
  ...pinnedConfiguration.flatMap(([key, value]) => ["-c", `${key}=${value}`]),
];

/** Options of every `git diff`: the user's diff settings and the repository's diff programs have no part in it. */
export const diffArguments: readonly string[] = [
  "--no-ext-diff",
  "--no-textconv",
  "--no-color",
  "--src-prefix=a/",
  "--dst-prefix=b/",
  "--full-index",
  "--submodule=short",
  // Looking for changes inside of a submodule would start git under the submodule's own configuration.
  "--ignore-submodules=dirty",
  "-O/dev/null",
  "--find-renames",
  "-l1000",
];

/** Options that go with a patch; `--unified` alone would already make git print one. */
export const patchArguments: readonly string[] = [
  "--patch",
  "--unified=3",
  "--inter-hunk-context=0",
  "--diff-algorithm=myers",
  "--indent-heuristic",
];
