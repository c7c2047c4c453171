import type { EndpointChoice } from "../domain/run.ts";
import type { LoadedSettings } from "./load.ts";
import { setting } from "./setting.ts";
import { bad, good, type ValueKind } from "./value-kind.ts";
import { absolutePath } from "./word-kinds.ts";

/** Takes an endpoint of the user file away for one run. */
const nowhere = "none";

/**
 * The address of an app-server. It is read where a run starts, not here: a bad one must never be left out as other bad values may
 * be, because the run would then go to another Codex than was named.
 */
function address(): ValueKind<string> {
  return {
    accepts: `unix:///absolute/path, ws://HOST:PORT, wss://HOST[:PORT], or ${nowhere}`,
    read: (given) => (typeof given === "string" ? good(given) : bad("is not the address of an app-server")),
    format: concealAddress,
    conceal: concealAddress,
    schema: { type: "string" },
  };
}

/** The settings of an app-server elsewhere: a part of the settings table. */
export const endpointSettings = {
  endpoint: setting<string | undefined>({
    group: "Codex",
    about:
      "An app-server that somebody else has started, where all runs go; no Codex of this machine is used then. Such a run is read-only.",
    kind: address(),
    default: undefined,
    defaultText: "none: Codex runs here",
    environment: "derived",
    project: "never",
  }),
  endpoint_token_file: setting<string | undefined>({
    group: "Codex",
    about:
      "The file with the bearer token of the endpoint: one line, and readable by nobody else. One that the user file names is not sent to an endpoint that a variable names.",
    kind: absolutePath(),
    default: undefined,
    defaultText: "none",
    environment: "derived",
    project: "never",
  }),
} as const;

/** The app-server elsewhere that the settings name, unread; undefined when runs stay here. */
export function endpointOf({
  values,
  origins,
}: Pick<LoadedSettings, "values" | "origins">): EndpointChoice | undefined {
  const { endpoint, endpoint_token_file: tokenFile } = values;
  if (endpoint === undefined || endpoint === nowhere) return undefined;
  const isVariable = (origin: string) => origin.startsWith("TANDEM_");
  // Variables may come with a repository: they must not lead the user's own token to another server.
  const isForAnother = isVariable(origins.endpoint) && !isVariable(origins.endpoint_token_file);
  return tokenFile === undefined || isForAnother ? { address: endpoint } : { address: endpoint, tokenFile };
}

/** An address for a message: somebody may have put a password or a token into it. */
export function concealAddress(text: string): string {
  return text.replace(/\/\/.*@/s, "//…@").replace(/([?#]).*$/s, "$1…");
}
