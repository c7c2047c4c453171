import {
  isFullyQualified
} from "./chunk-X7P3SKCA.mjs";
import {
  engineChoices,
  isolations
} from "./chunk-VFFUZNCE.mjs";

// src/settings/byte-size.ts
var multiples = [
  ["G", 1e9],
  ["M", 1e6],
  ["k", 1e3]
];
var byteSizePattern = "^[0-9]+(\\.[0-9]+)?[kKmMgG]?$";
var byteSizeForm = /^(\d+(?:\.\d+)?)([kmg]?)$/i;
function parseByteSize(given) {
  const match = byteSizeForm.exec(String(given));
  if (match === null) return void 0;
  const unit = match[2]?.toLowerCase();
  const factor = multiples.find(([name]) => name.toLowerCase() === unit)?.[1] ?? 1;
  const bytes = Number(match[1]) * factor;
  return Number.isSafeInteger(bytes) ? bytes : void 0;
}
function formatByteSize(bytes) {
  if (bytes === 0) return "0";
  const [name, factor] = multiples.find(([, size]) => bytes % size === 0) ?? ["", 1];
  return `${bytes / factor}${name}`;
}

// src/settings/duration.ts
var millisecondsOf = { ms: 1, s: 1e3, m: 6e4, h: 36e5 };
var units = ["h", "m", "s", "ms"];
var durationPattern = "^[0-9]+(\\.[0-9]+)?(ms|s|m|h)?$";
var durationForm = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/;
function parseDuration(given) {
  const match = durationForm.exec(String(given));
  if (match === null) return void 0;
  const unit = match[2];
  const factor = unit === void 0 ? millisecondsOf.s : millisecondsOf[unitOf(unit)];
  const milliseconds = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(milliseconds) ? milliseconds : void 0;
}
function formatDuration(milliseconds) {
  if (milliseconds === 0) return "0s";
  const unit = units.find((candidate) => milliseconds % millisecondsOf[candidate] === 0) ?? "ms";
  return `${milliseconds / millisecondsOf[unit]}${unit}`;
}
function unitOf(text) {
  return units.find((unit) => unit === text) ?? "s";
}

// src/settings/value-kind.ts
function good(value) {
  return { ok: true, value };
}
function bad(problem) {
  return { ok: false, problem };
}

// src/settings/number-kinds.ts
function duration(limits) {
  return quantity(limits, {
    noun: "a duration such as 90, 90s, 15m, 2h or 500ms (a bare number means seconds)",
    parse: parseDuration,
    format: formatDuration,
    schema: {
      anyOf: [
        { type: "number", minimum: limits.minimum / 1e3, maximum: limits.maximum / 1e3 },
        { type: "string", pattern: durationPattern }
      ]
    }
  });
}
function byteSize(limits) {
  return quantity(limits, {
    noun: "a size in bytes such as 200000, 200k or 2M",
    parse: parseByteSize,
    format: formatByteSize,
    schema: {
      anyOf: [
        { type: "integer", ...limits },
        { type: "string", pattern: byteSizePattern }
      ]
    }
  });
}
function count(limits, unit) {
  return quantity(limits, {
    noun: `a whole number of ${unit}`,
    parse: (given) => /^\d{1,15}$/.test(String(given)) ? Number(given) : void 0,
    format: String,
    schema: { type: "integer", ...limits }
  });
}
function quantity({ minimum, maximum }, { noun, parse, format, schema }) {
  const range = `${format(minimum)} to ${format(maximum)}`;
  return {
    accepts: `${noun}, from ${range}`,
    read: (given) => {
      const value = typeof given === "string" || typeof given === "number" ? parse(given) : void 0;
      if (value === void 0) return bad(`is not ${noun}`);
      return value < minimum || value > maximum ? bad(`is not within ${range}`) : good(value);
    },
    format,
    schema,
    narrowing: { as: "limit", isWithin: (asked, allowed) => asked <= allowed }
  };
}

// src/settings/setting.ts
function setting(definition) {
  return definition;
}

// src/settings/word-kinds.ts
function word(noun, pattern) {
  const form = new RegExp(`^(?:${pattern})$`, "u");
  return {
    accepts: noun,
    read: (given) => typeof given === "string" && form.test(given) ? good(given) : bad(`is not ${noun}`),
    format: (value) => value,
    schema: { type: "string", pattern: `^(?:${pattern})$` }
  };
}
function choice(choices) {
  const noun = `one of ${choices.join(", ")}`;
  return {
    accepts: noun,
    read: (given) => {
      const chosen = choices.find((candidate) => candidate === given);
      return chosen === void 0 ? bad(`is not ${noun}`) : good(chosen);
    },
    format: (value) => value,
    schema: { enum: choices }
  };
}
var switchWords = {
  true: true,
  yes: true,
  on: true,
  1: true,
  false: false,
  no: false,
  off: false,
  0: false
};
function switchKind() {
  return {
    accepts: "true or false (also yes, no, on, off, 1, 0)",
    read: (given) => {
      if (typeof given === "boolean") return good(given);
      const name = String(given).toLowerCase();
      const value = Object.hasOwn(switchWords, name) ? switchWords[name] : void 0;
      return value === void 0 ? bad("is neither true nor false") : good(value);
    },
    format: String,
    schema: { type: "boolean" }
  };
}
function list(noun, pattern) {
  const form = new RegExp(`^(?:${pattern})$`, "u");
  const isWord = (item) => typeof item === "string" && form.test(item);
  return {
    accepts: `a list of ${noun}, separated by commas (an array in a file)`,
    read: (given) => {
      const items = typeof given === "string" ? splitList(given) : given;
      if (!Array.isArray(items) || !items.every(isWord)) return bad(`is not a list of ${noun}`);
      return good([...new Set(items)]);
    },
    format: (value) => value.join(","),
    schema: { type: "array", uniqueItems: true, items: { type: "string", pattern: `^(?:${pattern})$` } },
    narrowing: {
      as: "permission",
      isWithin: (asked, allowed) => asked.every((name) => allowed.some((permitted) => covers(permitted, name)))
    }
  };
}
function covers(permitted, name) {
  return permitted.endsWith("*") ? name.startsWith(permitted.slice(0, -1)) : permitted === name;
}
function absolutePath() {
  return {
    accepts: "an absolute path",
    read: (given, platform) => typeof given === "string" && isFullyQualified(given, platform) && !given.includes("\0") ? good(given) : bad("is not an absolute path"),
    format: (value) => value,
    schema: { type: "string" }
  };
}
function splitList(text) {
  return text.split(",").map((item) => item.trim()).filter((item) => item !== "");
}

// src/settings/table.ts
var second = 1e3;
var minute = 60 * second;
var hour = 60 * minute;
var day = 24 * hour;
var timeLimits = { minimum: 100, maximum: day };
var logLevels = ["off", "error", "warning", "info", "debug"];
var settingsTable = {
  model: setting({
    group: "Codex",
    about: "The model of a run. Codex's own catalogue decides which names it knows.",
    kind: word("a model name", "[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}"),
    default: void 0,
    defaultText: "what Codex itself would take",
    flag: "--model",
    environment: "derived",
    project: "never"
  }),
  effort: setting({
    group: "Codex",
    about: "The reasoning effort of a run. The model decides which efforts it knows.",
    kind: word("a reasoning effort such as low, medium or high", "[a-z][a-z0-9_-]{0,31}"),
    default: void 0,
    defaultText: "what Codex itself would take",
    flag: "--effort",
    environment: "derived",
    project: "never"
  }),
  profile: setting({
    group: "Codex",
    about: "The profile of Codex's own configuration that a run uses.",
    kind: word("the name of a profile", "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"),
    default: void 0,
    defaultText: "none",
    flag: "--profile",
    environment: "derived",
    project: "never"
  }),
  engine: setting({
    group: "Codex",
    about: "Which of Codex's process models runs: one `codex exec` for each turn, or the app-server, which can be interrupted and continued.",
    kind: choice(engineChoices),
    default: "auto",
    flag: "--engine",
    environment: "derived",
    project: "never"
  }),
  use_openai_api_key: setting({
    group: "Codex",
    about: "Whether `OPENAI_API_KEY` of the environment counts as Codex's key, which Codex itself takes from `CODEX_API_KEY` only.",
    kind: switchKind(),
    default: false,
    environment: "derived",
    project: "never"
  }),
  isolation: setting({
    group: "Codex",
    about: "How much of the user's own Codex configuration a run sees: all of it, not `config.toml`, or neither `config.toml` nor the rules files.",
    kind: choice(isolations),
    default: "inherit",
    flag: "--isolation",
    environment: "derived",
    project: "never"
  }),
  allow_unsupported_codex: setting({
    group: "Codex",
    about: "Runs a Codex that is older than the oldest supported version, and does not warn of one that is newer than the tested range.",
    kind: switchKind(),
    default: false,
    environment: "derived",
    project: "never"
  }),
  timeout_consult: setting({
    group: "Limits",
    about: "Time after which a consultation is stopped.",
    kind: duration(timeLimits),
    default: 15 * minute,
    flag: "--timeout",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute
  }),
  timeout_review: setting({
    group: "Limits",
    about: "Time after which a review is stopped.",
    kind: duration(timeLimits),
    default: 30 * minute,
    flag: "--timeout",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute
  }),
  timeout_task: setting({
    group: "Limits",
    about: "Time after which a task is stopped.",
    kind: duration(timeLimits),
    default: 2 * hour,
    flag: "--timeout",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute
  }),
  stall: setting({
    group: "Limits",
    about: "Silence of Codex after which a run is stopped. The clock stands still while a command runs.",
    kind: duration(timeLimits),
    default: 10 * minute,
    flag: "--stall",
    environment: "derived",
    project: "narrow",
    projectMinimum: minute
  }),
  git_timeout: setting({
    group: "Limits",
    about: "Time after which one call of git is stopped.",
    kind: duration({ minimum: 100, maximum: hour }),
    default: minute,
    environment: "derived",
    project: "narrow",
    projectMinimum: 10 * second
  }),
  input_byte_cap: setting({
    group: "Limits",
    about: "Bytes of text in one request. Gathered text over it is cut and listed; a text that an author wrote is refused.",
    // Codex refuses a prompt over 1,048,576 characters (0.169); our own words around the material need room below that.
    kind: byteSize({ minimum: 1e3, maximum: 1e6 }),
    default: 2e5,
    environment: "derived",
    project: "narrow",
    projectMinimum: 2e4
  }),
  mcp_allow: setting({
    group: "Rights",
    about: "MCP servers of the user's Codex configuration that may start in a run. All others stay off.",
    kind: list("MCP server names", "[A-Za-z0-9_-]{1,64}"),
    default: [],
    flag: "--mcp",
    environment: "derived",
    project: "narrow"
  }),
  environment_allow: setting({
    group: "Rights",
    about: "Variables that commands of Codex see beside the core ones (HOME, PATH, SHELL, USER, LANG, TMPDIR and the like). A name may end in `*`.",
    kind: list("variable names", "[A-Za-z_][A-Za-z0-9_]{0,127}\\*?"),
    default: ["LANG", "LC_*", "TERM", "TZ"],
    environment: "derived",
    project: "narrow"
  }),
  allow_full_access: setting({
    group: "Rights",
    about: "Whether a run may be given the tier `danger-full-access` at all. The flag of the run is needed as well.",
    kind: switchKind(),
    default: false,
    environment: "never",
    project: "never"
  }),
  retention_read_days: setting({
    group: "Kept results",
    about: "Days after which a job whose result was delivered is removed.",
    kind: count({ minimum: 1, maximum: 3650 }, "days"),
    default: 30,
    environment: "derived",
    project: "never"
  }),
  retention_read_count: setting({
    group: "Kept results",
    about: "Jobs with a delivered result that are kept at most; the oldest go first.",
    kind: count({ minimum: 1, maximum: 1e5 }, "jobs"),
    default: 200,
    environment: "derived",
    project: "never"
  }),
  retention_unread_days: setting({
    group: "Kept results",
    about: "Days for which a result that nobody has read is kept.",
    kind: count({ minimum: 1, maximum: 3650 }, "days"),
    default: 180,
    environment: "derived",
    project: "never"
  }),
  retention_journal_days: setting({
    group: "Kept results",
    about: "Days after which an unread job loses its journal; its result stays.",
    kind: count({ minimum: 1, maximum: 3650 }, "days"),
    default: 30,
    environment: "derived",
    project: "never"
  }),
  retention_total_bytes: setting({
    group: "Kept results",
    about: "Bytes that all finished jobs together may take. Above it the oldest read ones go; an unread result stays.",
    kind: byteSize({ minimum: 1e6, maximum: 1e12 }),
    default: 1e9,
    environment: "derived",
    project: "never"
  }),
  log_level: setting({
    group: "Log",
    about: "How much is written to the log file. It is for finding faults.",
    kind: choice(logLevels),
    default: "off",
    environment: "derived",
    shortVariable: "TANDEM_LOG",
    project: "never"
  }),
  log_file: setting({
    group: "Log",
    about: "The file that the log is written to.",
    kind: absolutePath(),
    default: void 0,
    defaultText: "`tandem.log` in the state folder",
    environment: "derived",
    project: "never"
  })
};
var settingKeys = Object.keys(settingsTable).filter(isSettingKey);
function isSettingKey(name) {
  return Object.hasOwn(settingsTable, name);
}
function settingOf(key) {
  return settingsTable[key];
}
function variableNameOf(key) {
  return `TANDEM_${key.toUpperCase()}`;
}

export {
  covers,
  logLevels,
  settingKeys,
  isSettingKey,
  settingOf,
  variableNameOf
};
