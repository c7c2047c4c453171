/** How a command gets variables of its own and no others. */
export interface CleanStart {
  /** Stands before the command's words. */
  readonly prefix: readonly string[];
  /** To be written to its input, to the end. Until then the command has not begun; without this whole text it never does. */
  readonly input: string;
}

/**
 * Begins a command that gets these variables and no others. Codex 0.169 gives what it runs without a model its own whole environment,
 * keys included, and the command may be one that a model wrote. The values come by its input, since every user of the machine can read
 * a command line. It finds nothing at its own input. Undefined on Windows, which has no such programs: there the command gets what is
 * in Codex's environment.
 */
export function cleanStart(
  variables: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): CleanStart | undefined {
  if (platform === "win32") return undefined;
  const lines = Object.entries({ PATH: usualPath, LANG: "C.UTF-8", ...variables }).map(assignment);
  return {
    prefix: ["/usr/bin/env", "-i", "/bin/sh", "-c", whenTold, "sh"],
    input: `${lines.join("\n")}\n${lastWord}`,
  };
}

const usualPath = "/usr/local/bin:/usr/bin:/bin";
const lastWord = "begin";

/** The text is constant; the command's words are its arguments. */
const whenTold = `
told=
while IFS= read -r line; do told="$told$line
"; done
[ "$line" = ${lastWord} ] || exit 1
eval "$told"
exec "$@" </dev/null`;

/** A line of the shell that sets one variable; its value is quoted as a whole, so that nothing in it is read by the shell. */
function assignment([name, value]: readonly [string, string]): string {
  const quoted = `'${value.replaceAll("'", `'\\''`)}'`;
  return isShellName.test(name) && !ofTheShell.has(name)
    ? `export ${name}=${quoted}`
    : `set -- /usr/bin/env '${name.replaceAll("'", `'\\''`)}'=${quoted} "$@"`;
}

const isShellName = /^[A-Za-z_]\w*$/;
/** A shell (dash, bash) sets these itself, and refuses some values or all. */
const ofTheShell = new Set(
  "_ BASHOPTS BASH_VERSINFO EUID IFS LINENO OLDPWD OPTIND PPID PWD RANDOM SECONDS SHELLOPTS SHLVL UID".split(
    " ",
  ),
);
