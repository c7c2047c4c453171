export const tasksRequirements = {
  "tasks.route": {
    promise:
      "One pure function chooses the engine and the form of a review, says why, and refuses wishes that exclude each other.",
    source: "DESIGN §2",
  },
  "tasks.verdict": {
    promise:
      "A verdict is “none” unless a completed turn's valid answer says otherwise, and a pass needs a complete view of files that stayed as they were.",
    source: "DESIGN §6",
  },
  "tasks.reviewer": {
    promise:
      "Whatever Codex's reviewer writes is read or degraded, never repaired into a pass, and never breaks the run.",
    source: "DESIGN §6",
  },
  "tasks.anchors": {
    promise:
      "A finding is exact at a changed hunk or at its quote, moved elsewhere in the change, missing when it points at nothing.",
    source: "DESIGN §6",
  },
  "tasks.finding_id": {
    promise: "A finding keeps its id when lines move and spacing changes.",
    source: "DESIGN §6",
  },
  "tasks.schemas": {
    promise: "The schemas that are sent are of the strict subset and take every answer that we take.",
    source: "DESIGN §6",
  },
  "tasks.structured_turn": {
    promise:
      "An answer of another schema gets one repair turn on its thread, then it is `schema_violation` with its text kept; nothing is repaired by us.",
    source: "DESIGN §6",
  },
  "tasks.prompt": {
    promise: "The author's text stands first and byte-exact; files are data that cannot end their fence.",
    source: "DESIGN §7",
  },
  "tasks.inputs": {
    promise: "Input that cannot be sent as it is ends the command before anything starts.",
    source: "DESIGN §7",
  },
  "tasks.review_prompt": {
    promise:
      "The change stays inside its fence, what was left out is listed, and the author's focus is passed on verbatim.",
    source: "DESIGN §6, §7",
  },
  "tasks.review_target": {
    promise: "Codex's reviewer is asked for exactly the scope that was resolved, with names as data.",
    source: "DESIGN §6",
  },
  "tasks.allow_rules": {
    promise: "Every execution rule of the user that may let a command out of the sandbox is found.",
    source: "DESIGN §3, ARCHITECTURE",
  },
  "tasks.blocked_writes": {
    promise: "A write that the sandbox refused is recognised and named by its command.",
    source: "DESIGN §3",
  },
  "tasks.leftovers": {
    promise: "Only empty folders that Codex left and that were not there before are removed.",
    source: "DESIGN §2",
  },
  "tasks.work_tree": {
    promise: "A run belongs to the work tree that git itself would take for it.",
    source: "DESIGN §4",
  },
  "tasks.progress": {
    promise:
      "The job's record follows the run: nothing of it is lost at the end, and what finds or ends a run is written at once.",
    source: "DESIGN §4",
  },
  "tasks.envelope": {
    promise: "A run's result has the one shape, with this run's own facts, whatever happened.",
    source: "DESIGN §6",
  },
  "task.read_only": {
    promise:
      "A task is read-only unless the person said otherwise, and says which flag opens what was refused.",
    source: "DESIGN §3",
  },
  "task.write": {
    promise: "--write lets a task change the working tree and the folders of --add-dir, and nothing else.",
    source: "DESIGN §3",
  },
  "task.one_writer": {
    promise: "One writer for each working tree: a second one is told who writes.",
    source: "DESIGN §4",
  },
  "task.theirs": {
    promise:
      "The user's config.toml is byte-identical after a task, and no folder of Codex's sandbox stays behind.",
    source: "DESIGN §2",
  },
  "task.resume": {
    promise:
      "A task goes on with the thread that was named, with the new prompt alone, and with the sandbox of this run; without a thread to go on with nothing is asked.",
    source: "DESIGN §2, §3",
  },
  "task.wider": {
    promise:
      "What widens a run needs the person: --full-auto a confirmation, full access a setting of the user.",
    source: "DESIGN §3",
  },
  "task.thread_kept": {
    promise: "A task that may write keeps its thread; --ephemeral drops that of a read-only one.",
    source: "DESIGN §2",
  },
  "task.exact": {
    promise: "A prompt reaches the model byte-exact by every way in, and its words never become options.",
    source: "DESIGN §7",
  },
  "review.structured": {
    promise:
      "A review under our own prompt shows the change, anchors the findings and decides the verdict; only a completed turn's valid answer counts.",
    source: "DESIGN §6",
  },
  "review.details": {
    promise: "One schema turn asks a native review for what it lacks; nothing is filled in by us.",
    source: "DESIGN §6",
  },
  "consult.findings": {
    promise: "A consultation that is asked for findings gives them as data, anchored nowhere.",
    source: "DESIGN §6, ARCHITECTURE",
  },
} as const;
