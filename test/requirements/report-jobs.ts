export const reportJobsRequirements = {
  "report.job-list": {
    promise:
      "A job that has not ended takes two lines of 80 columns: id, kind, phase, time, tokens, title; then queue place, age of the last event, silence, who asked, which process, command. An ended one takes one line. 200 jobs stay readable: those that wait for the reader first, what is not shown is counted, columns stay where they are.",
    source: "Issue 4.6, DESIGN §4, pains row 27",
  },
  "report.job-list-demand": {
    promise:
      "A job that waits for an answer says so and gives the command; accepting is offered only beside the whole text of what would run.",
    source: "Issue 4.9, DESIGN §3",
  },
  "report.one-job": {
    promise: "The status of one job tells all that is known of it and what can be done next.",
    source: "Issue 4.5, 4.6",
  },
  "report.broker": {
    promise: "The readiness names every broker with its state, or says that none runs.",
    source: "Issue 4.6 (broker health)",
  },
  "report.pending": {
    promise:
      "A request of Codex is shown whole, in lines that cannot be taken for ours, with the time left, what accepting means and the exact commands that answer it.",
    source: "Issue 4.9, DESIGN §3",
  },
  "report.job-answers": {
    promise:
      "Waiting, cancelling, steering, answering, removing and listing threads each say what has happened, in the words of the command or by the state of the job.",
    source: "Issue 4.5, 4.7",
  },
  "report.watch": {
    promise:
      "Each event of a run becomes a few lines with its time, harmless and no wider than the terminal; an unknown one becomes one.",
    source: "Issue 4.5 (watch), pains row 27",
  },
  "report.progress-followed": {
    promise:
      "The live line shows the queue place and that an answer is missing, counts from the start of a run that began earlier, and makes room for a question.",
    source: "Issue 4.6, 4.9",
  },
  "report.light": {
    promise: "Printing `status` loads neither language data nor anything outside of report and domain.",
    source: "Issue 4 (benchmarks), DESIGN §7",
  },
  "formats.jobs": {
    promise:
      "Every format has something true to say of lists of jobs and of jobs without a result; none takes them for runs without findings.",
    source: "DESIGN §6, §7",
  },
} as const;
