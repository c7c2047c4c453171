import { describe, expect } from "vitest";
import { staleKey, startFailure } from "../../../src/codex/exec/start-failure.ts";
import { reportTurnFailure } from "../../../src/codex/exec/turn-failure.ts";
import { verifies } from "../../support/requirements.ts";

/** Messages of `turn.failed` as Codex 0.169 writes them. */
const messages: readonly [message: string, kind: string][] = [
  ["unexpected status 401 Unauthorized: No., url: http://127.0.0.1:1/v1/responses", "not_logged_in"],
  ["unexpected status 403 Forbidden: No., url: http://127.0.0.1:1/v1/responses", "not_logged_in"],
  ["unexpected status 404 Not Found: No., url: http://127.0.0.1:1/v1/responses", "protocol"],
  ["unexpected status 503 Service Unavailable: No.", "overloaded"],
  ["unexpected status 529 <unknown status code>: No.", "overloaded"],
  ["exceeded retry limit, last status: 429 Too Many Requests", "rate_limited"],
  ["exceeded retry limit, last status: 500 Internal Server Error", "overloaded"],
  ["rate limit exceeded: Slow down", "rate_limited"],
  ["You’ve hit your usage limit. Upgrade to Pro or try again at Oct 2nd, 2096 12:00 PM.", "quota"],
  ["You've hit your usage limit.", "quota"],
  ["Quota exceeded. Check your plan and billing details.", "quota"],
  ["To use Codex with your ChatGPT plan, upgrade to Plus: https://chatgpt.com/explore/plus.", "quota"],
  ["We’re currently experiencing high demand, which may cause temporary errors.", "overloaded"],
  ["Selected model is at capacity. Please try a different model.", "overloaded"],
  ["Codex ran out of room in the model's context window. Start a new thread.", "context_too_large"],
  ["Missing environment variable: `NOPE`.", "not_logged_in"],
  ["Your access token could not be refreshed because your refresh token has expired.", "not_logged_in"],
  ["Connection failed: error sending request", "network_unreachable"],
  ["stream disconnected before completion: idle timeout waiting for SSE", "network_unreachable"],
  ["Incomplete response returned, reason: max_output_tokens", "protocol"],
  [
    "stream disconnected before completion: Incomplete response returned, reason: content_filter",
    "agent_refused",
  ],
  ['{"error":{"code":"context_length_exceeded","message":"long"}}', "context_too_large"],
  ['{"error":{"code":"model_not_found","message":"which?"}}', "model_unavailable"],
  ['{"error":{"message":"Bad thing"}}', "protocol"],
  ["Not this", "protocol"],
  ["", "protocol"],
];

/** Texts that hold the words of a message without being it: what a model, a tool or a repository can write. */
const impostors = [
  "The tool said: unexpected status 401 Unauthorized",
  "see https://example.org/?q=You've hit your usage limit",
  'invalid value in "Quota exceeded."',
  "input_tokens:14012, 429 lines, 503 files",
  '{"message":"exceeded retry limit, last status: 429"}',
];

describe("the message of a failed turn", () => {
  for (const [message, kind] of messages) {
    verifies("exec.errors", `${JSON.stringify(message)} is ${kind}, and is quoted`, () => {
      const report = reportTurnFailure(message);
      expect(report.kind).toBe(kind);
      // Of a body in JSON the words are shown.
      const words = /"message":"(.*?)"/.exec(message)?.[1] ?? message;
      expect(report.message).toContain(words);
    });
  }

  for (const message of impostors) {
    verifies("exec.errors", `${JSON.stringify(message)} is taken for no known failure`, () => {
      expect(reportTurnFailure(message).kind).toBe("protocol");
    });
  }
});

describe("Codex's typed error", () => {
  const typed: readonly [info: unknown, message: string, kind: string][] = [
    ["usage_limit_exceeded", "Words of tomorrow", "quota"],
    ["cyber_policy", "Not this", "agent_refused"],
    ["context_window_exceeded", "Too long", "context_too_large"],
    [{ http_connection_failed: { http_status_code: 401 } }, "Words of tomorrow", "not_logged_in"],
    [{ http_connection_failed: { http_status_code: null } }, "Words of tomorrow", "network_unreachable"],
    [{ response_too_many_failed_attempts: { http_status_code: 429 } }, "Words of tomorrow", "rate_limited"],
    ["usage_limit_exceeded", "Connection failed: no", "quota"],
    ["other", "Connection failed: error sending request", "network_unreachable"],
    ["an_info_of_tomorrow", "Quota exceeded. Check.", "quota"],
    [17, "Not so", "protocol"],
  ];
  for (const [info, message, kind] of typed) {
    verifies("exec.errors", `${JSON.stringify(info)} with ${JSON.stringify(message)} is ${kind}`, () => {
      expect(reportTurnFailure(message, info).kind).toBe(kind);
    });
  }
});

/** Texts of stderr as Codex 0.169 writes them before its first turn. */
const refusals: readonly [stderr: string, kind: string, says: string][] = [
  ["error: unexpected argument '--nonsense' found\n\n  tip: x\n", "contract_changed", "--nonsense"],
  ["error: invalid value 'x' for '--sandbox <SANDBOX_MODE>'\n", "contract_changed", "--sandbox"],
  ["Error: Unknown feature flag: nonsense\n", "contract_changed", "nonsense"],
  [
    "warning: x\nNot inside a trusted directory and --skip-git-repo-check was not specified.\n",
    "contract_changed",
    "--skip-git-repo-check",
  ],
  [
    "Error loading config.toml: unknown variant `maybe`, expected one of `disabled`\nin `web_search`\n\n",
    "contract_changed",
    "web_search",
  ],
  [
    "Error loading config.toml: invalid type: map, expected a string\nin `model_reasoning_effort`\n\n",
    "config_rejected",
    "model_reasoning_effort",
  ],
  [
    "Error loading config.toml:\n/h/config.toml:1:11: string values must be quoted\n  |\n1 | x =\n",
    "config_rejected",
    "/h/config.toml:1:11",
  ],
  [
    "Error loading config.toml: unknown configuration field `web_search` in -c/--config override\n",
    "contract_changed",
    "web_search",
  ],
  [
    "Error loading config.toml: unknown configuration field `shell_environment_policy` in -c/--config override\n",
    "contract_changed",
    "shell_environment_policy",
  ],
  [
    "Error loading config.toml: unknown configuration field `typo` in -c/--config override\n",
    "config_rejected",
    "typo",
  ],
  ["Error: Model provider `zzz` not found\n", "config_rejected", "zzz"],
  [
    "Error: thread/start: thread/start failed: error creating thread: Fatal error: Failed to initialize session: required MCP servers failed to initialize: x: handshake failed (code -32603)\n",
    "config_rejected",
    "x: handshake failed",
  ],
  [
    "Error: thread/resume: thread/resume failed: no rollout found for thread id 01a1 (code -32600)\n",
    "usage",
    "no rollout found",
  ],
  [
    'Error: turn/start: turn/start failed: Input exceeds the maximum length of 1048576 characters. (code -32602), data: {"input_error_code":"input_too_large","max_chars":1048576,"actual_chars":1048577}\n',
    "input_too_large",
    "1048577",
  ],
  ["thread 'main' panicked at src/x.rs\n", "spawn_failed", "panicked"],
  ["", "spawn_failed", "exit code 1"],
  ["the file says error: unexpected argument '--x' found\n", "spawn_failed", "the file says"],
];

describe("a Codex that ends before its first turn", () => {
  const pins = [
    { path: ["web_search"], reason: "", value: "disabled" },
    { path: ["shell_environment_policy", "inherit"], reason: "", value: "core" },
  ];
  for (const [stderr, kind, says] of refusals) {
    verifies("exec.start_errors", `and says ${JSON.stringify(stderr.slice(0, 70))} is ${kind}`, () => {
      const { report } = startFailure({ path: "/codex", stderr, pins, exit: "exit code 1" });
      expect(report.kind).toBe(kind);
      expect(report.message).toContain(says);
    });
  }
});

verifies(
  "exec.start_errors",
  "a key of the user's own file that Codex does not know is told from every other refusal",
  () => {
    const refusal =
      "Error loading config.toml:\n/h/a b:1.toml:18:2: unknown configuration field `stale`\n   |\n18 | [stale]\n";
    expect(staleKey(refusal)).toBe("/h/a b:1.toml: stale");
    for (const [stderr] of refusals) expect(staleKey(stderr)).toBeUndefined();
  },
);
