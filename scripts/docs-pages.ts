import { envelopeJsonSchema } from "../src/report/envelope-schema.ts";
import { renderErrorsPage } from "../src/report/errors-page.ts";
import { renderSettingsSchema } from "../src/settings/describe.ts";
import { renderSettingsPage } from "../src/settings/page.ts";
import { operatorJsonSchema } from "../src/tasks/operator/contract-schema.ts";
import { renderMcpPage } from "./mcp-page.ts";
import { fingerprintOf, renderFingerprint, type ServerSurface, surfaceOf } from "./surface.ts";

/** Every generated file, by its path in the repository. */
export function renderPages(server: ServerSurface): Readonly<Record<string, string>> {
  return {
    "docs/settings.md": renderSettingsPage(),
    "docs/settings.schema.json": renderSettingsSchema(),
    "docs/errors.md": renderErrorsPage(),
    "docs/envelope.schema.json": JSON.stringify(envelopeJsonSchema()),
    "docs/operator.schema.json": JSON.stringify(operatorJsonSchema()),
    "docs/mcp.md": renderMcpPage(server),
    "src/setup/surface-fingerprint.ts": renderFingerprint(fingerprintOf(surfaceOf(server))),
  };
}
