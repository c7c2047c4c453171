import { envelopeJsonSchema } from "../src/report/envelope-schema.ts";
import { renderErrorsPage } from "../src/report/errors-page.ts";
import { renderSettingsSchema } from "../src/settings/describe.ts";
import { renderSettingsPage } from "../src/settings/page.ts";

/** Every generated file of docs/, by its path in the repository. */
export function renderPages(): Readonly<Record<string, string>> {
  return {
    "docs/settings.md": renderSettingsPage(),
    "docs/settings.schema.json": renderSettingsSchema(),
    "docs/errors.md": renderErrorsPage(),
    "docs/envelope.schema.json": JSON.stringify(envelopeJsonSchema()),
  };
}
