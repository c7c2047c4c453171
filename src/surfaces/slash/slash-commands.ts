/** A flag alone, one value behind it, or a value each time that it is given. */
export type FlagKind = "switch" | "value" | "values";

/** What may follow the flags of a command. */
export type RestKind =
  | "nothing"
  | "job"
  | "one job"
  | "text"
  | "optional text"
  | "job and text"
  | "wish"
  | "name before flags";

/** One command that a person types in Claude Code. */
export interface SlashCommand {
  readonly flags: Readonly<Record<string, FlagKind>>;
  readonly rest: RestKind;
  /** It starts Codex. */
  readonly isRun: boolean;
}

const anyRun = {
  wait: "switch",
  background: "switch",
  model: "value",
  effort: "value",
  cwd: "value",
  "dry-run": "switch",
  rehearse: "switch",
} as const satisfies SlashCommand["flags"];

const anyReview = { ...anyRun, base: "value", scope: "value", commit: "value", path: "values" } as const;

const anyTask = {
  ...anyRun,
  write: "switch",
  resume: "switch",
  fresh: "switch",
  job: "value",
  image: "values",
  "add-dir": "values",
  approvals: "value",
} as const;

const anyDelegate = {
  ...anyRun,
  "include-untracked": "switch",
  check: "values",
  image: "values",
} as const;

const gateSwitches = { "enable-review-gate": "switch", "disable-review-gate": "switch" } as const;

/**
 * The commands `/codex:…` and their flags, by the names that people know. `plugin/commands/` has a page for each; what a person types
 * behind the name is read by this table alone.
 */
export const slashCommands = {
  setup: {
    flags: { ...gateSwitches, rehearse: "switch", "allow-read-only": "switch" },
    rest: "nothing",
    isRun: false,
  },
  review: { flags: { ...anyReview, structured: "switch" }, rest: "optional text", isRun: true },
  "adversarial-review": { flags: anyReview, rest: "optional text", isRun: true },
  consult: {
    flags: { ...anyRun, file: "values", image: "values", findings: "switch" },
    rest: "text",
    isRun: true,
  },
  task: { flags: anyTask, rest: "text", isRun: true },
  rescue: { flags: { ...anyTask, raw: "switch" }, rest: "text", isRun: true },
  delegate: { flags: anyDelegate, rest: "text", isRun: true },
  "delegate-async": { flags: anyDelegate, rest: "text", isRun: true },
  apply: { flags: { yes: "switch", check: "values", only: "values" }, rest: "one job", isRun: false },
  reply: { flags: { ...anyRun, write: "switch" }, rest: "job and text", isRun: true },
  operator: {
    flags: { ...anyRun, input: "values", "input-file": "value", overwrite: "switch", job: "value" },
    rest: "name before flags",
    isRun: true,
  },
  image: {
    flags: {
      ...anyRun,
      out: "value",
      aspect: "value",
      ref: "values",
      overwrite: "switch",
    },
    rest: "text",
    isRun: true,
  },
  status: { flags: { all: "switch" }, rest: "job", isRun: false },
  result: { flags: { show: "switch" }, rest: "job", isRun: false },
  cancel: { flags: { all: "switch" }, rest: "job", isRun: false },
  watch: { flags: {}, rest: "job", isRun: false },
  gate: { flags: {}, rest: "wish", isRun: false },
} as const satisfies Record<string, SlashCommand>;

export type SlashName = keyof typeof slashCommands;

export function slashCommandOf(name: SlashName): SlashCommand {
  return slashCommands[name];
}

export function isSlashName(name: string): name is SlashName {
  return Object.hasOwn(slashCommands, name);
}

/** What `/codex:dry-run` can be put before. */
export const drySlashNames = [
  "review",
  "adversarial-review",
  "consult",
  "task",
  "rescue",
  "delegate",
  "reply",
  "operator",
  "image",
] as const;
