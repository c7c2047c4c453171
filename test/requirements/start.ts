export const startRequirements = {
  "start.cache": {
    promise: "A program is compiled once: the next start takes its compiled form from the state root.",
    source: "BENCHMARKS.md (start-up); ARCHITECTURE.md, Start",
  },
  "start.cache-trust": {
    promise:
      "Compiled code is taken only from files and folders that nobody but the user can have written, and only below the standard state root: a variable names none.",
    source: "DESIGN §1 (nothing of a repository or of a sandboxed command runs outside of the sandbox)",
  },
  "start.cache-key": {
    promise: "Compiled code belongs to one file with one content, one Node and one set of its options.",
    source: "ARCHITECTURE.md, Start",
  },
  "start.cache-harmless": {
    promise:
      "Compiled code changes nothing but the time: nothing is made before the first job, and a cache that is damaged or cannot be written is as good as none.",
    source: "ARCHITECTURE.md, Start",
  },
  "start.status": {
    promise: "status loads nothing of Node that takes long, and tells the same as with the whole job store.",
    source: "BENCHMARKS.md (tandem status)",
  },
  "start.begun": {
    promise:
      "Codex's thread is opened while the record is written, and no turn begins before the record says that the job runs.",
    source: "BENCHMARKS.md (tandem task); DESIGN §4 (the record is written first)",
  },
  "start.standby": {
    promise:
      "The process of a direct run or a rehearsal is loaded while the command reads its input, and is told its job once that is stored.",
    source: "BENCHMARKS.md (tandem consult --direct)",
  },
  "start.standby-harmless": {
    promise:
      "A process that waits for a job and gets none ends with its command, however that ends, and leaves nothing; a run whose process has ended before gets another.",
    source: "BENCHMARKS.md (tandem consult --direct); DESIGN §4 (bad input leaves nothing)",
  },
  "start.reach": {
    promise:
      "The broker is reached while the job is stored; whatever is the matter with it is found out as if it had not been tried.",
    source: "BENCHMARKS.md (tandem task --background)",
  },
  "start.run-line": {
    promise:
      "task and consult begin without the parser of all commands, and mean the same as by it; what the small one does not know, and all that is wrong, is left to that.",
    source: "BENCHMARKS.md (tandem task --background)",
  },
  "start.told": {
    promise:
      "A command that shows nothing of a run learns its end from the broker, watches no folder meanwhile, and sees the end all the same when the broker dies or cannot tell it.",
    source: "BENCHMARKS.md (tandem task); DESIGN §4 (waiting is watching the job folder)",
  },
  "start.thread-name": {
    promise: "A thread gets its name while its first turn goes on, which does not wait for it.",
    source: "BENCHMARKS.md (tandem task)",
  },
  "start.filters": {
    promise:
      "A broker asks git for the filters of a repository once, and again after every change of what git reads: no run meets a filter that is not switched off.",
    source: "BENCHMARKS.md (tandem task); DESIGN §2 (nothing of the repository runs outside of the sandbox)",
  },
  "start.print": {
    promise: "status prints whole, whatever stdout is, and a reader that went away is no fault.",
    source: "DESIGN §6 (output)",
  },
} as const;
