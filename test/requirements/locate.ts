export const locateRequirements = {
  "locate.order": {
    promise:
      "Codex is found by TANDEM_CODEX, then PATH, then the places that installers use; the error says what was searched.",
    source: "DESIGN §1, §2",
  },
  "locate.named": {
    promise:
      "What TANDEM_CODEX names is used or refused with the reason; nothing else is taken in its place.",
    source: "DESIGN §1",
  },
  "locate.workspace": {
    promise:
      "A Codex inside the workspace is never run unless TANDEM_CODEX names it, and relative PATH entries are never searched.",
    source: "DESIGN §2",
  },
  "locate.native": {
    promise:
      "npm, pnpm, bun and volta shims are resolved to the native program behind them on every system, and no shell is used.",
    source: "Codex 0.169 bin/codex.js; the wrapper leaves the native process behind when killed",
  },
  "locate.version": {
    promise:
      "The version is read with limits of time and output, and remembered per file; a damaged or unwritable cache is harmless.",
    source: "DESIGN §2",
  },
  "locate.range": {
    promise:
      "A Codex newer than the tested range warns and runs, an older one is refused, and the override is named in both.",
    source: "DESIGN §2",
  },
} as const;
