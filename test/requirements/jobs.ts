export const jobsRequirements = {
  "jobs.atomic-files": {
    promise: "A stored file is replaced as a whole: a reader or a crash sees the old or the new content.",
    source: "DESIGN §4 (job.json: write-then-rename); user pains 5",
  },
  "jobs.private-state": {
    promise:
      "Folders are 0700 and files 0600; what belongs to another user, is writable by others or is a link is never used.",
    source: "DESIGN §4; user pains 39",
  },
  "jobs.state-errors": {
    promise: "A state root that cannot be written is `state_unwritable`, a full disk `disk_full`.",
    source: "DESIGN §6 error kinds",
  },
  "jobs.ids-before-paths": {
    promise: "Nothing but a whole, valid id becomes part of a path.",
    source: "DESIGN §4",
  },
  "jobs.process-identity": {
    promise: "A process is known by pid, start time, boot and pid space; a reused pid is another process.",
    source: "DESIGN §4; user pains 2, 39",
  },
  "jobs.verified-kill": {
    promise: "Only a process whose pid, start time and boot match the record is ended, with its whole group.",
    source: "DESIGN §4; user pains 8, 39",
  },
  "jobs.lock": {
    promise: "One process at a time holds a lock; the lock of a dead one passes to exactly one other.",
    source: "DESIGN §4, §5",
  },
  "jobs.record-first": {
    promise: "A job is stored, listed and active before anything is spawned for it.",
    source: "DESIGN §4; user pains 32",
  },
  "jobs.parallel": {
    promise: "Jobs made at the same time by many processes are all kept.",
    source: "DESIGN §4; user pains 5",
  },
  "jobs.final-states": {
    promise: "The first end of a job is final; its result is stored before its state.",
    source: "DESIGN §4; user pains 22",
  },
  "jobs.one-owner": {
    promise: "A queued job is claimed by one process only, and a run that was begun is never begun again.",
    source: "DESIGN §4",
  },
  "jobs.journal": {
    promise: "The journal keeps every event in order, redacted; events over 64 KiB go by hash into a file.",
    source: "DESIGN §4",
  },
  "jobs.torn-journal": {
    promise: "A torn last line is cut and recorded; every whole line before it is kept.",
    source: "DESIGN §4",
  },
  "jobs.corrupt-aside": {
    promise: "A file that cannot be used is set aside and reported, never reset or overwritten.",
    source: "DESIGN §4; user pains 5",
  },
  "jobs.find": {
    promise: "Any unique prefix or suffix names a job from any folder; several candidates are listed.",
    source: "DESIGN §4; user pains 31",
  },
  "jobs.list": {
    promise: "Lists give the newest jobs of the workspace or of all, from the folders, reading few records.",
    source: "DESIGN §4; user pains 31",
  },
  "jobs.dead-owner": {
    promise:
      "Any read of a job whose owner died ends it in that call: `broker_lost`, with thread, partial answer and usage.",
    source: "DESIGN §4; user pains 2",
  },
  "jobs.landed-result": {
    promise: "A result that landed before the owner was killed wins.",
    source: "DESIGN §4",
  },
  "jobs.unseen-owner": {
    promise: "An owner that cannot be seen from here counts as lost only after its signs of life stop.",
    source: "DESIGN §4 (heartbeat); user pains 2",
  },
  "jobs.one-writer": {
    promise: "One job at a time may write in a working tree, whatever path names it.",
    source: "DESIGN §4; user pains 23",
  },
  "jobs.retention": {
    promise:
      "Read jobs go by age and count, unread results after 180 days, their journals after 30; nothing running goes.",
    source: "DESIGN §4; user pains 5",
  },
  "jobs.cancel-request": {
    promise: "A request to stop a job is a file in its folder that its owner reads.",
    source: "DESIGN §4",
  },
  "jobs.record-redaction": {
    promise: "What a job's record shows of a prompt, a command or an error is redacted before it is written.",
    source: "DESIGN §4, §7",
  },
} as const;
