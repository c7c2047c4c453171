import { readLogin } from "../../../codex/credentials.ts";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { RunRequest } from "../../../domain/run.ts";
import { endpointOf } from "../../../settings/endpoint-settings.ts";
import { ownCodexWorld } from "../../../setup/codex-world.ts";
import type { ClientSession } from "../client-session.ts";

/**
 * Throws `usage` where an operator needs Codex's image tool and Codex will not offer it: it does to a login with ChatGPT alone (0.169). A
 * run would cost tokens and end without an image. Of an app-server elsewhere the login is not known.
 */
export async function requireImageTool(
  request: Pick<RunRequest, "operator" | "rehearsal" | "engine">,
  session: ClientSession,
): Promise<void> {
  const { operator, rehearsal } = request;
  if (operator?.contract.tools.require.includes("image_gen") !== true) return;
  if (rehearsal || endpointOf(session.settings) !== undefined) return;
  const { codexHome, environment } = ownCodexWorld(session.world, {
    workspace: session.workspace,
    usesOpenaiKey: session.settings.values.use_openai_api_key,
  });
  const { kind } = await readLogin(codexHome, environment);
  const takesKey = request.engine === "exec" && (environment["CODEX_API_KEY"] ?? "") !== "";
  if (!takesKey && (kind === "ChatGPT" || kind === "other")) return;
  throw new TandemError("usage", {
    problem: `Codex offers its image tool to a login with ChatGPT only; here it has ${takesKey ? "an API key" : kind === "none" ? "no login" : `an ${kind}`}.`,
    hint: "Nothing was spent. `codex login` logs in with ChatGPT.",
  });
}
