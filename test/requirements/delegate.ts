/** What a delegated task promises: a work tree of its own, an exact patch, and a work tree of the person that only they change. */
export const delegateRequirements = {
  "delegate.path": {
    promise:
      "A delegated task ends in a patch; apply takes it over, undo takes it back, discard removes its work tree.",
    source: "DESIGN §3, issue 8",
  },
  "delegate.seed": {
    promise: "Codex finds the person's files as they are: committed, staged, changed, binary, links, modes.",
    source: "issue 8, 1",
  },
  "delegate.untouched": {
    promise: "Files, index, refs and stash of the person stay byte-identical, however a delegated run ends.",
    source: "issue 8, 1",
  },
  "delegate.lost": {
    promise:
      "When the process that runs a delegated job dies, what Codex had done is a patch that can be applied; the person's files stay as they were.",
    source: "issue 8, 6; DESIGN §4",
  },
  "delegate.patch": {
    promise: "The patch applies for every kind of change and name, whatever the user's settings of git say.",
    source: "issue 8, 3",
  },
  "delegate.links": {
    promise:
      "Ignored folders can be linked into the work tree, and a link of Codex's leads none of ours astray.",
    source: "issue 8, 1",
  },
  "delegate.retention": {
    promise:
      "A work tree lives as long as the jobs that worked in it, within the limits of age and size of jobs; leftovers are found and removed, and only ours.",
    source: "issue 8, 4; DESIGN §4 (retention)",
  },
  "delegate.omitted": {
    promise: "What is not in the patch is reported: nested repositories, ignored files.",
    source: "issue 8, 3",
  },
  "delegate.repositories": {
    promise:
      "Repositories of another owner, with LFS, submodules, partial or shallow clones, sparse checkouts, linked and nested work trees work or are refused with the reason.",
    source: "issue 8, 1; lessons-exec-bridge §5",
  },
  "delegate.refused": {
    promise: "A repository that cannot be delegated from is refused with the reason before any spend.",
    source: "issue 8, 1",
  },
  "delegate.dry_run": {
    promise: "A dry run counts what a delegated task would start from, and makes nothing.",
    source: "issue 8, 2",
  },
  "delegate.follow_up": {
    promise: "A reply goes on in the same work tree and thread, with a new patch against the same baseline.",
    source: "issue 8, 6",
  },
  "delegate.gone": {
    promise: "A work tree that is taken away under a run ends it with workspace_gone.",
    source: "issue 8, 6; user pains row 23",
  },
  "delegate.checks": {
    promise: "Checks run before and after in clean copies inside Codex's sandbox, and are evidence.",
    source: "issue 8, 5",
  },
  "delegate.text": {
    promise:
      "A result names each file of the patch, what decides about success apart, what is not in it, and where all of it is.",
    source: "issue 8, 3 and 5",
  },
  "mcp.delegate": {
    promise: "Over MCP a delegated task gives a patch and is never applied.",
    source: "issue 8, 1 and 4",
  },
  "apply.transaction": {
    promise: "An apply that fails or is killed at any step leaves the files and the index as they were.",
    source: "issue 8, 4",
  },
  "apply.moved": {
    promise: "A tree that moved on is merged by three sides; a conflict changes nothing.",
    source: "issue 8, 4",
  },
  "apply.asks": {
    promise: "Nothing is applied that a person did not confirm.",
    source: "issue 8, 4",
  },
  "apply.check": {
    promise: "A check that fails with the patch applied takes it back.",
    source: "issue 8, 4",
  },
  "apply.only": {
    promise: "Parts of a patch can be applied by their paths.",
    source: "issue 8, 4",
  },
  "apply.undo": {
    promise: "An applied patch is taken back if its files still allow it.",
    source: "issue 8, 4",
  },
} as const;
