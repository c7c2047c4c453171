import { ExitCode } from "../exit-code.ts";
import { type Caused, entry } from "./entry.ts";

const exitCode = ExitCode.codexUnusable;
const retryable = false;

/** Errors that say that Codex cannot be used on this machine as it is: exit code 3. */
export const codexErrors = {
  codex_not_installed: entry<{ searched: readonly string[]; cause?: string }>({
    exitCode,
    retryable,
    when: "No Codex binary was found, or the one that TANDEM_CODEX names cannot be run.",
    message: ({ searched, cause }) => cause ?? `No Codex found. Searched: ${searched.join(", ")}.`,
    repair: () => ({
      say: "Install Codex, or name its binary in TANDEM_CODEX.",
      command: "npm install --global @openai/codex",
    }),
  }),
  codex_unsupported: entry<{ version: string; minimum: string; path: string; override: string }>({
    exitCode,
    retryable,
    when: "The installed Codex is older than the oldest version that the promises rest on.",
    message: ({ version, minimum, path }) =>
      `Codex ${version} at ${path} is older than ${minimum}, the oldest supported.`,
    repair: ({ override }) => ({
      say: `Update Codex. ${override} runs it all the same, without any promise.`,
      command: "npm install --global @openai/codex@latest",
    }),
  }),
  not_logged_in: entry<Caused>({
    exitCode,
    retryable,
    when: "The provider refused the credentials, or there are none (HTTP 401, `unauthorized`).",
    message: ({ cause }) => `Codex has no valid login for its provider: ${cause}`,
    repair: () => ({ say: "Log in with Codex itself, then start again.", command: "codex login" }),
  }),
  sandbox_unavailable: entry<Caused>({
    exitCode,
    retryable,
    when: "Codex's sandbox cannot start on this system.",
    message: ({ cause }) => `Codex cannot start its sandbox here: ${cause}`,
    repair: () => ({ say: "See Codex's notes on its sandbox for this system; nothing was run without it." }),
  }),
  host_sandbox: entry<Caused>({
    exitCode,
    retryable,
    when: "The sandbox around us (a container, Claude Code's own) forbids what Codex needs.",
    message: ({ cause }) => `The sandbox around this process forbids what Codex needs: ${cause}`,
    repair: () => ({ say: "Run it outside that sandbox, or allow the command there." }),
  }),
};
