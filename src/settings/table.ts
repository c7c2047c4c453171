import {
  type ApprovalMode,
  approvalModes,
  type EngineChoice,
  engineChoices,
  type Isolation,
  isolations,
} from "../domain/run.ts";
import { backgroundSettings } from "./background-settings.ts";
import { delegateSettings } from "./delegate-settings.ts";
import { endpointSettings } from "./endpoint-settings.ts";
import { gateSettings } from "./gate-settings.ts";
import { byteSize, count, duration } from "./number-kinds.ts";
import { type Setting, setting } from "./setting.ts";
import { hour, minute, second, timeLimits } from "./time-limits.ts";
import { absolutePath, choice, coversTool, list, switchKind, word } from "./word-kinds.ts";

export const logLevels = ["off", "error", "warning", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * Every setting. Flags' help, `docs/settings.md` and the schema of the user file are made from this table.
 * A repository may narrow limits and permissions only: a model, a profile or an isolation of its choice could cost more
 * or send the code to another provider, and a log file could overwrite something.
 */
export const settingsTable = {
  model: setting<string | undefined>({
    group: "Codex",
    about: "The model of a run. Codex's own catalogue decides which names it knows.",
    kind: word("a model name", "[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}"),
    default: undefined,
    defaultText: "what Codex itself would take",
    flag: "--model",
    environment: "derived",
    project: "never",
  }),
  effort: setting<string | undefined>({
    group: "Codex",
    about: "The reasoning effort of a run. The model decides which efforts it knows.",
    kind: word("a reasoning effort such as low, medium or high", "[a-z][a-z0-9_-]{0,31}"),
    default: undefined,
    defaultText: "what Codex itself would take",
    flag: "--effort",
    environment: "derived",
    project: "never",
  }),
  profile: setting<string | undefined>({
    group: "Codex",
    about: "The profile of Codex's own configuration that a run uses.",
    kind: word("the name of a profile", "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"),
    default: undefined,
    defaultText: "none",
    flag: "--profile",
    environment: "derived",
    project: "never",
  }),
  engine: setting<EngineChoice>({
    group: "Codex",
    about:
      "Which of Codex's process models runs: one `codex exec` for each turn, or the app-server, which can be interrupted and continued.",
    kind: choice(engineChoices),
    default: "auto",
    flag: "--engine",
    environment: "derived",
    project: "never",
  }),
  ...endpointSettings,
  use_openai_api_key: setting<boolean>({
    group: "Codex",
    about:
      "Whether `OPENAI_API_KEY` of the environment counts as Codex's key, which Codex itself takes from `CODEX_API_KEY` only.",
    kind: switchKind(),
    default: false,
    environment: "derived",
    project: "never",
  }),
  isolation: setting<Isolation>({
    group: "Codex",
    about:
      "How much of the user's own Codex configuration a run sees: all of it, not `config.toml`, or neither `config.toml` nor the rules files.",
    kind: choice(isolations),
    default: "inherit",
    flag: "--isolation",
    environment: "derived",
    project: "never",
  }),
  allow_unsupported_codex: setting<boolean>({
    group: "Codex",
    about:
      "Runs a Codex that is older than the oldest supported version, and does not warn of one that is newer than the tested range.",
    kind: switchKind(),
    default: false,
    environment: "derived",
    project: "never",
  }),
  timeout_consult: setting<number>({
    group: "Limits",
    about: "Time after which a consultation is stopped.",
    kind: duration(timeLimits),
    default: 15 * minute,
    flag: "--timeout",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute,
  }),
  timeout_review: setting<number>({
    group: "Limits",
    about: "Time after which a review is stopped.",
    kind: duration(timeLimits),
    default: 30 * minute,
    flag: "--timeout",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute,
  }),
  timeout_task: setting<number>({
    group: "Limits",
    about: "Time after which a task is stopped.",
    kind: duration(timeLimits),
    default: 2 * hour,
    flag: "--timeout",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute,
  }),
  stall: setting<number>({
    group: "Limits",
    about: "Silence of Codex after which a run is stopped. The clock stands still while a command runs.",
    kind: duration(timeLimits),
    default: 10 * minute,
    flag: "--stall",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute,
  }),
  git_timeout: setting<number>({
    group: "Limits",
    about: "Time after which one call of git is stopped.",
    kind: duration({ minimum: 100, maximum: hour }),
    default: minute,
    environment: "derived",
    project: "narrow",
    projectMinimum: 10 * second,
  }),
  input_byte_cap: setting<number>({
    group: "Limits",
    about:
      "Bytes of text in one request. Gathered text over it is cut and listed; a text that an author wrote is refused.",
    // Codex refuses a prompt over 1,048,576 characters (0.169); our own words around the material need room below that.
    kind: byteSize({ minimum: 1000, maximum: 1_000_000 }),
    default: 200_000,
    environment: "derived",
    project: "narrow",
    projectMinimum: 20_000,
  }),
  mcp_allow: setting<readonly string[]>({
    group: "Rights",
    about:
      "MCP servers of the user's Codex configuration that may start in a run: `server` with all its tools, `server.tool` with that one. They work outside of the sandbox and without being asked for; in a review only the tools that call themselves read-only do. All other servers stay off.",
    kind: list("MCP servers and tools", "[A-Za-z0-9_-]{1,64}(?:\\.[A-Za-z0-9_./-]{1,128})?", coversTool),
    default: [],
    flag: "--mcp",
    environment: "never",
    project: "narrow",
  }),
  mcp_folders: setting<readonly string[]>({
    group: "Rights",
    about:
      "Folders that MCP tools may be pointed at beside those that the client works in, with all that lies below them.",
    kind: list("absolute folders", "(?:/|[A-Za-z]:[\\\\/]|\\\\\\\\)(?:[^,\\0]{0,4095}[^,\\0\\s])?"),
    default: [],
    environment: "never",
    project: "never",
  }),
  environment_allow: setting<readonly string[]>({
    group: "Rights",
    about:
      "Variables that commands of Codex see beside the core ones (HOME, PATH, SHELL, USER, LANG, TMPDIR and the like). A name may end in `*`.",
    kind: list("variable names", "[A-Za-z_][A-Za-z0-9_]{0,127}\\*?"),
    default: ["LANG", "LC_*", "TERM", "TZ"],
    environment: "derived",
    project: "narrow",
  }),
  allow_full_access: setting<boolean>({
    group: "Rights",
    about:
      "Whether a run may be given the tier `danger-full-access` at all. The flag of the run is needed as well.",
    kind: switchKind(),
    default: false,
    environment: "never",
    project: "never",
  }),
  approvals: setting<ApprovalMode>({
    group: "Rights",
    about:
      "Whether Codex may ask a person for a step that its sandbox refuses. An accepted step runs outside of the sandbox.",
    kind: choice(approvalModes),
    default: "never",
    flag: "--approvals",
    environment: "never",
    project: "never",
  }),
  approval_timeout: setting<number>({
    group: "Rights",
    about: "Time after which a question of Codex that nobody has answered counts as declined.",
    kind: duration({ minimum: 100, maximum: hour }),
    default: 10 * minute,
    environment: "derived",
    project: "never",
  }),
  ...backgroundSettings,
  ...delegateSettings,
  ...gateSettings,
  retention_read_days: setting<number>({
    group: "Kept results",
    about: "Days after which a job whose result was delivered is removed.",
    kind: count({ minimum: 1, maximum: 3650 }, "days"),
    default: 30,
    environment: "derived",
    project: "never",
  }),
  retention_read_count: setting<number>({
    group: "Kept results",
    about: "Jobs with a delivered result that are kept at most; the oldest go first.",
    kind: count({ minimum: 1, maximum: 100_000 }, "jobs"),
    default: 200,
    environment: "derived",
    project: "never",
  }),
  retention_unread_days: setting<number>({
    group: "Kept results",
    about: "Days for which a result that nobody has read is kept.",
    kind: count({ minimum: 1, maximum: 3650 }, "days"),
    default: 180,
    environment: "derived",
    project: "never",
  }),
  retention_journal_days: setting<number>({
    group: "Kept results",
    about: "Days after which an unread job loses its journal, and any job its work tree; the result stays.",
    kind: count({ minimum: 1, maximum: 3650 }, "days"),
    default: 30,
    environment: "derived",
    project: "never",
  }),
  retention_total_bytes: setting<number>({
    group: "Kept results",
    about:
      "Bytes that all finished jobs together may take. Above it the oldest read ones go, and before them the work trees that were used longest ago; an unread result stays, and so does a work tree of the last day.",
    kind: byteSize({ minimum: 1_000_000, maximum: 1_000_000_000_000 }),
    default: 1_000_000_000,
    environment: "derived",
    project: "never",
  }),
  log_level: setting<LogLevel>({
    group: "Log",
    about: "How much is written to the log file. It is for finding faults.",
    kind: choice(logLevels),
    default: "off",
    environment: "derived",
    shortVariable: "TANDEM_LOG",
    project: "never",
  }),
  log_file: setting<string | undefined>({
    group: "Log",
    about: "The file that the log is written to.",
    kind: absolutePath(),
    default: undefined,
    defaultText: "`tandem.log` in the state folder",
    environment: "derived",
    project: "never",
  }),
} as const;

export type SettingKey = keyof typeof settingsTable;

/** The value of every setting. Durations are in milliseconds, sizes in bytes. */
export type SettingValues = {
  readonly [Key in SettingKey]: (typeof settingsTable)[Key] extends Setting<infer Value> ? Value : never;
};

/** All keys in the order of the table. */
export const settingKeys: readonly SettingKey[] = Object.keys(settingsTable).filter(isSettingKey);

/** True when a name is the key of a setting. */
export function isSettingKey(name: string): name is SettingKey {
  return Object.hasOwn(settingsTable, name);
}

/** The entry of a setting for code that treats all of them alike; its values are then of unknown type. */
export function settingOf(key: SettingKey): Setting<unknown> {
  // Each kind is only ever given values that it has read itself, so widening its parameter is safe.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return settingsTable[key] as unknown as Setting<unknown>;
}

/** The variable that sets a setting, whether or not it is allowed to. */
export function variableNameOf(key: SettingKey): string {
  return `TANDEM_${key.toUpperCase()}`;
}
