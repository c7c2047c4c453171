export const workspaceRequirements = {
  "workspace.git.found": {
    promise:
      "git is taken from absolute PATH folders outside of the work tree, never from the work tree itself.",
    source: "DESIGN §7",
  },
  "workspace.git.process": {
    promise: "Git runs without a shell, within a limit of time and output, and leaves no process behind.",
    source: "DESIGN §7",
  },
  "workspace.git.hostile": {
    promise:
      "Reading a repository starts none of the programs that it configures: hooks, filters, textconv, external diff, fsmonitor, ssh, pager, gpg, also not in submodules.",
    source: "DESIGN §7",
  },
  "workspace.git.settings": {
    promise: "The user's and the repository's diff settings do not change what is read.",
    source: "DESIGN §7",
  },
  "workspace.git.environment": {
    promise:
      "GIT_* variables of the caller have no effect, while safe.directory and the global ignore file keep theirs.",
    source: "DESIGN §7",
  },
  "workspace.git.filters": {
    promise: "A file that passes through a git filter is listed as not shown, and is no sign of a change.",
    source: "DESIGN §7",
  },
  "workspace.repository": {
    promise:
      "A folder is opened as the git work tree around it, with branch, detached and unborn HEAD, linked worktree and submodule told apart.",
    source: "DESIGN §7",
  },
  "workspace.repository.refused": {
    promise: "What is no git work tree is refused as `not_a_git_repo` with its cause.",
    source: "DESIGN §6",
  },
  "workspace.names": {
    promise:
      "Every file name that git allows survives as text that is safe to show and gives the exact bytes back.",
    source: "DESIGN §7",
  },
  "workspace.target.auto": {
    promise:
      "The automatic target is the uncommitted changes when there are any, else the branch against its merge base, and says which.",
    source: "DESIGN §7",
  },
  "workspace.target.base": {
    promise: "Without a named base the default branch of the remote or a usual main branch is compared with.",
    source: "DESIGN §7",
  },
  "workspace.target.pinned": {
    promise: "Revisions are pinned to object ids before anything is read.",
    source: "DESIGN §7",
  },
  "workspace.target.refused": {
    promise:
      "A revision that names no commit is `bad_revision`, an impossible combination `usage`, each with its cause.",
    source: "DESIGN §6",
  },
  "workspace.target.paths": {
    promise:
      "Paths limit a target, are relative to the folder of the person, literal, and stay inside the work tree.",
    source: "DESIGN §7",
  },
  "workspace.changes": {
    promise:
      "Changes are listed for every target: additions, deletions, renames, type changes, binaries, links, submodules, untracked files with sizes, conflicts.",
    source: "DESIGN §7",
  },
  "workspace.diff": {
    promise: "The patch is read per file, byte-exact, with its changed lines, whatever the files hold.",
    source: "DESIGN §7",
  },
  "workspace.diff.bounded": {
    promise: "What does not fit into the limit is left out file by file, with reason and full size.",
    source: "DESIGN §7",
  },
  "workspace.fingerprint": {
    promise: "The fingerprint changes with HEAD, index, tracked and untracked files, and with nothing else.",
    source: "DESIGN §6",
  },
  "workspace.processes": {
    promise: "The number of git processes does not grow with the number of files.",
    source: "DESIGN §7",
  },
} as const;
