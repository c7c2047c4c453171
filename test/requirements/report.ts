export const reportRequirements = {
  "report.layout": {
    promise:
      "Output for people fits 80 columns and says in one order: header (kind, target, job, engine, model, tier, duration, tokens), verdict, findings by severity with file:line, what was not examined, next steps.",
    source: "DESIGN §6, §7",
  },
  "report.verbatim": {
    promise: "The model's answer keeps its own lines; code, tables and long words are never broken.",
    source: "DESIGN §7",
  },
  "report.sanitised": {
    promise:
      "No text from Codex, git or a file reaches the terminal with control, bidirectional or hidden characters in it.",
    source: "DESIGN §6 (control characters out)",
  },
  "report.verdict": {
    promise: "A verdict is said in plain words, and `none` always comes with its reason.",
    source: "DESIGN §6",
  },
  "report.rehearsal": {
    promise: "A rehearsal says so in its first line.",
    source: "DESIGN §1 (rehearsal)",
  },
  "report.full-access": {
    promise: "A run without sandbox is marked in its result.",
    source: "DESIGN §3",
  },
  "report.coverage": {
    promise: "What was not examined is listed by reason, and a long list ends with the count of the rest.",
    source: "DESIGN §6 (coverage)",
  },
  "report.errors": {
    promise: "An error shows its own text, its repair and what is kept (thread, job, partial answer).",
    source: "DESIGN §6 (error kinds)",
  },
  "report.jobs": {
    promise:
      "The list of jobs shows suffix ids, ages, phase and current command, and stays short with many jobs.",
    source: "DESIGN §4",
  },
  "report.colour": {
    promise: "Colour follows NO_COLOR, FORCE_COLOR, TERM and the terminal, and never changes the text.",
    source: "DESIGN §7",
  },
  "report.progress": {
    promise:
      "Progress is one live line on a terminal (elapsed, tokens, phase or command) that hides nothing else; otherwise quiet.",
    source: "DESIGN §7",
  },
  "report.json": {
    promise: "The JSON of an envelope has one key order, loses nothing and is safe to look at on a terminal.",
    source: "DESIGN §6",
  },
  "report.numbers": {
    promise: "Durations, tokens, sizes and ages are short and readable at every size.",
    source: "DESIGN §7",
  },
} as const;
