import { createRequire } from "node:module";
import Ajv from "ajv";
import { expect } from "vitest";
import { renderSarif } from "../../../src/report/formats/sarif/render-sarif.ts";
import { verifies } from "../../support/requirements.ts";
import { envelopes } from "../fixtures.ts";

const require = createRequire(import.meta.url);

/** The official schema of SARIF 2.1.0, as Microsoft's own test package carries it. It is written in draft 4 of JSON Schema. */
const validate = (() => {
  const ajv = new Ajv({
    schemaId: "id",
    meta: false,
    unknownFormats: "ignore",
    logger: false,
    allErrors: true,
  });
  ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
  return ajv.compile(require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"));
})();

function problemsOf(log: unknown): readonly string[] {
  // The schema names its own draft by an address; every other draft's address is refused by ajv.
  validate(log);
  return (validate.errors ?? []).map(({ dataPath, message }) => `${dataPath} ${message}`);
}

verifies(
  "formats.sarif-schema",
  "every kind of answer is valid by the official schema of SARIF 2.1.0",
  () => {
    for (const [name, envelope] of Object.entries(envelopes)) {
      expect(problemsOf(JSON.parse(renderSarif(envelope, { pretty: false }))), name).toEqual([]);
    }
  },
);

verifies(
  "formats.sarif-schema",
  "the schema refuses a log without runs and a result without a message",
  () => {
    expect(problemsOf({ version: "2.1.0" })).not.toEqual([]);
    const tool = { driver: { name: "x" } };
    expect(problemsOf({ version: "2.1.0", runs: [{ tool, results: [{ level: "error" }] }] })).not.toEqual([]);
  },
);
