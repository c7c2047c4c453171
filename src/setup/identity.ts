import { dirname } from "node:path";
import type { AppServerIdentity } from "../codex/app-server/app-server.ts";
import type { TandemIdentity } from "../domain/envelope.ts";

declare const __TANDEM_VERSION__: string;
declare const __TANDEM_BUILD__: string;

/** Which build this is. The bundler writes both constants; from the sources (tests) they are not there. */
export function tandemIdentity(): TandemIdentity {
  return {
    version: typeof __TANDEM_VERSION__ === "string" ? __TANDEM_VERSION__ : "0.0.0-source",
    build: typeof __TANDEM_BUILD__ === "string" ? __TANDEM_BUILD__ : "source",
    root: dirname(import.meta.dirname),
  };
}

/** How we name ourselves to an app-server. */
export function codexClientIdentity(): AppServerIdentity {
  return { name: "codex_tandem", version: tandemIdentity().version };
}
