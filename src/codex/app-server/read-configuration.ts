import type { ConfigReadResponse } from "../protocol/generated.ts";
import { rejectedConfiguration } from "../rejected-configuration.ts";
import type { AppServer } from "./app-server.ts";
import { RemoteError } from "./peer.ts";

/** What the user's configuration says, as Codex itself reads it in a folder. Throws `config_rejected` when Codex cannot read it. */
export async function readConfiguration(
  server: AppServer,
  cwd?: string,
): Promise<ConfigReadResponse["config"]> {
  try {
    const place = cwd === undefined ? {} : { cwd };
    return (await server.request("config/read", { includeLayers: false, ...place })).config;
  } catch (error) {
    throw error instanceof RemoteError ? rejectedConfiguration(error.message, error) : error;
  }
}
