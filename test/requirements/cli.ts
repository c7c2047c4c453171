export const cliRequirements = {
  "cli.review": {
    promise:
      "A review prints its findings as text or as one envelope, stores them as one job and leaves no thread of Codex behind.",
    source: "DESIGN §2, §4, §6",
  },
  "cli.review.scopes": {
    promise: "A review examines exactly what was asked for, pinned to object ids before Codex is told.",
    source: "DESIGN §6, §7",
  },
  "cli.review.anchors": {
    promise: "A finding that points at nothing that was reviewed is kept, marked and can never block.",
    source: "DESIGN §6",
  },
  "cli.review.fail_on": {
    promise:
      "With --fail-on a review ends with 1 exactly when an anchored finding is as grave or graver, or when nobody judged: nothing was examined, or the answer is no review.",
    source: "DESIGN §6",
  },
  "cli.review.empty": {
    promise: "Where there is nothing to review nobody is asked: exit code 0, no verdict, no job.",
    source: "DESIGN §6",
  },
  "cli.review.verdict": {
    promise:
      "There is no verdict unless a completed turn's final, valid answer gives one; no pass for what was not wholly examined or changed meanwhile.",
    source: "DESIGN §6",
  },
  "cli.dry_run": {
    promise: "A dry run says what would be examined and sent, asks no model and stores no job.",
    source: "DESIGN §7",
  },
  "cli.consult.answer": {
    promise: "The answer of a consultation arrives as the model gave it.",
    source: "DESIGN §6, §7",
  },
  "cli.consult.prompt": {
    promise:
      "A prompt arrives at the model as it was given, byte for byte, and words in it never become options.",
    source: "DESIGN §7",
  },
  "cli.consult.files": {
    promise: "Context files come behind the prompt as fenced data that no content can end.",
    source: "DESIGN §7",
  },
  "cli.consult.images": {
    promise: "Images reach the model, or the consultation is refused before anything is sent.",
    source: "DESIGN §7",
  },
  "cli.consult.thread": {
    promise: "A consultation leaves one named thread in Codex's history, or none when it is ephemeral.",
    source: "DESIGN §2",
  },
  "cli.jobs": {
    promise: "status and result show every stored job by any unique part of its name, from any folder.",
    source: "DESIGN §4",
  },
  "cli.limits_known": {
    promise:
      "`status` tells what the account may still use, as the last run was told, and asks nobody; over MCP it tells the fingerprint of the surface too.",
    source: "DESIGN §6 (readiness.limits); issue 5 (1: status)",
  },
  "cli.status": {
    promise: "status says whether Codex can be used and what is wrong, without starting Codex.",
    source: "DESIGN §6",
  },
  "cli.version": {
    promise:
      "The version, the build and a fingerprint of what scripts rely on can be asked for without Codex.",
    source: "DESIGN §6",
  },
  "cli.errors": {
    promise:
      "Whatever is wrong ends in one error of a documented kind with its exit code and a way out; nothing is sent and no job stays open.",
    source: "DESIGN §6",
  },
  "cli.hostile_repository": {
    promise: "Nothing in a repository under review runs outside the sandbox or steers its own review.",
    source: "DESIGN §2, §7",
  },
  "cli.overrides": {
    promise: "-c and --profile reach Codex, and are refused before anything starts where they touch a pin.",
    source: "DESIGN §3",
  },
  "cli.theirs": {
    promise: "The files of the user's CODEX_HOME are byte-identical after any run.",
    source: "DESIGN §2",
  },
  "cli.job_first": {
    promise: "The job's id is the first line on stderr before the model has answered.",
    source: "DESIGN §4",
  },
  "cli.cancel": {
    promise: "Ctrl-C cancels the run: nothing of it is left running and what had arrived is kept.",
    source: "DESIGN §4",
  },
  "cli.leave": {
    promise:
      "A run is not tied to the command that asked: whatever ends that, the run goes on and its result is there later.",
    source: "DESIGN §4",
  },
  "cli.crash": {
    promise:
      "When the owner of a run is killed, Codex ends with it and the next command tells the loss of the job.",
    source: "DESIGN §4",
  },
  "cli.limits": {
    promise:
      "A run that goes on for too long, or a Codex that is silent for too long, is stopped and nothing of it stays.",
    source: "DESIGN §2",
  },
  "cli.pipes": {
    promise: "A reader that goes away early is no fault of the run.",
    source: "DESIGN §7",
  },
  "cli.parallel": {
    promise: "Several runs of one user at once do not disturb each other.",
    source: "DESIGN §4",
  },
  "cli.rehearsal": {
    promise:
      "A rehearsal needs no login, is marked as one everywhere, sends nothing to the user's provider and leaves no home behind.",
    source: "DESIGN §1, §2",
  },
} as const;
