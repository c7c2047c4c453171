import { TandemError } from "../../domain/errors/tandem-error.ts";
import { promptLimit } from "../app-server/turn-end.ts";
import { unknownOverride } from "../overrides.ts";
import type { EffectivePin } from "../pins.ts";
import { rejectedConfiguration } from "../rejected-configuration.ts";

export interface FailedStart {
  readonly path: string;
  /** What the process said, or the end of it. */
  readonly stderr: string;
  readonly pins: readonly EffectivePin[];
  readonly exit?: string;
}

interface Grammar {
  readonly says: RegExp;
  readonly error: (match: RegExpExecArray, failure: FailedStart) => TandemError;
}

/**
 * What a `codex exec` that ended before its first turn says on stderr (0.169), each anchored at the start of a line. Exit code and
 * text are all there is: it writes no JSON then.
 */
const grammars: readonly Grammar[] = [
  {
    says: /^error: unexpected argument '([^'\n]+)' found/m,
    error: ([, argument = ""]) => new TandemError("contract_changed", { what: `the option ${argument}` }),
  },
  {
    says: /^error: (?:invalid value|unrecognized subcommand|the argument) (.+)/m,
    error: ([text]) => new TandemError("contract_changed", { what: text }),
  },
  {
    says: /^Error: Unknown feature flag: (\S+)/m,
    error: ([, name = ""]) => new TandemError("contract_changed", { what: `the feature ${name}` }),
  },
  {
    says: /^Not inside a trusted directory/m,
    error: () => new TandemError("contract_changed", { what: "the option --skip-git-repo-check" }),
  },
  {
    says: /^Error loading config\.toml: unknown configuration field `([^`\n]+)` in -c\/--config override$/m,
    error: ([, key = ""], { pins }) => ignoredOption(key, pins),
  },
  {
    says: /^Error loading config\.toml:\s*([\s\S]+)/m,
    error: ([, said = ""], { pins }) => rejectedConfig(said.trim(), pins),
  },
  {
    says: /^Error: (Model provider `[^`\n]+` not found)/m,
    error: ([, reason = ""]) => new TandemError("config_rejected", { key: "model_provider", reason }),
  },
  {
    says: /required MCP servers failed to initialize: (.+?)(?: \(code -\d+\))?$/m,
    error: ([, reason = ""]) => new TandemError("config_rejected", { key: "mcp_servers", reason }),
  },
  {
    says: /^Error: thread\/resume: thread\/resume failed: (.+?)(?: \(code -\d+\))?$/m,
    error: ([, reason = ""]) =>
      new TandemError("usage", {
        problem: `Codex cannot go on with the thread: ${reason}.`,
        hint: "Name a thread of this CODEX_HOME that nobody else is using, or start a new one.",
      }),
  },
  {
    says: /^Error: turn\/start: .*"input_error_code":"input_too_large".*"actual_chars":(\d+)/m,
    error: ([, size]) =>
      new TandemError("input_too_large", {
        what: "The prompt",
        size: Number(size),
        limit: promptLimit,
        unit: "characters",
      }),
  },
];

/** The error of a Codex that ended before its first turn. What no grammar knows is `spawn_failed` with its own words. */
export function startFailure(failure: FailedStart): TandemError {
  for (const { says, error } of grammars) {
    const match = says.exec(failure.stderr);
    if (match !== null) return error(match, failure);
  }
  const cause = [failure.exit, failure.stderr.trim()].filter(Boolean).join(": ");
  return new TandemError("spawn_failed", { path: failure.path, cause: cause || "it said nothing" });
}

/**
 * A key in one of the user's own files that Codex does not know, as `file: key`: only a strict start ends over it. Codex looks at the
 * overrides first, so it knows all of those (0.169).
 */
export function staleKey(stderr: string): string | undefined {
  const match = /^Error loading config\.toml:\n(.+):\d+:\d+: unknown configuration field `([^`\n]+)`$/m.exec(
    stderr,
  );
  return match === null ? undefined : `${match[1]}: ${match[2]}`;
}

function ignoredOption(key: string, pins: readonly EffectivePin[]): TandemError {
  const isOurs = pins.some(({ path }) => `${path.join(".")}.`.startsWith(`${key}.`));
  if (isOurs) return new TandemError("contract_changed", { what: `the configuration key ${key}` });
  return unknownOverride(key);
}

/** Codex names the key in a second line; a key of ours that it does not take any more is no fault of the user's. */
function rejectedConfig(said: string, pins: readonly EffectivePin[]): TandemError {
  const key = /^in `([^`\n]+)`$/m.exec(said)?.[1];
  const reason = said.replace(/\s+/g, " ");
  const isOurs = key !== undefined && pins.some(({ path }) => path.join(".") === key);
  if (isOurs)
    return new TandemError("contract_changed", { what: `the configuration key ${key} (${reason})` });
  return key === undefined
    ? rejectedConfiguration(reason)
    : new TandemError("config_rejected", { key, reason });
}
