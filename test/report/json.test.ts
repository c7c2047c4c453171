import { expect } from "vitest";
import type { Envelope } from "../../src/domain/envelope.ts";
import { renderJson } from "../../src/report/json.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { envelopes } from "./fixtures.ts";

verifies("report.json", "the JSON of every kind of answer reads back as the same envelope", () => {
  for (const envelope of Object.values(envelopes)) {
    for (const pretty of [true, false]) {
      expect(JSON.parse(renderJson(envelope, { pretty }))).toEqual(envelope);
    }
  }
});

verifies(
  "report.json",
  "programs get one line, a terminal gets indented lines, both end in a newline",
  () => {
    const compact = renderJson(envelopes.consult, { pretty: false });
    expect(compact.indexOf("\n")).toBe(compact.length - 1);
    expect(renderJson(envelopes.consult, { pretty: true })).toMatch(
      /^\{\n {2}"schema": "codex-tandem\/1",\n[^]*\n\}\n$/,
    );
  },
);

verifies(
  "report.json",
  "keys come in the documented order whatever the order in memory, unknown ones after them",
  () => {
    const mixed = {
      error: { details: {}, message: "m", kind: "internal" },
      zebra: 1,
      run: { warnings: [], engine: "exec" },
      results: [{ kind: "review", ok: true, schema: "codex-tandem/1" }],
      findings: [{ title: "t", id: "i", novel: 1, severity: "low" }],
      kind: "result",
      ok: true,
      schema: "codex-tandem/1",
    } as unknown as Envelope;
    expect(renderJson(mixed, { pretty: false })).toBe(
      '{"schema":"codex-tandem/1","ok":true,"kind":"result",' +
        '"results":[{"schema":"codex-tandem/1","ok":true,"kind":"review"}],' +
        '"findings":[{"id":"i","severity":"low","title":"t","novel":1}],"run":{"engine":"exec","warnings":[]},' +
        '"error":{"kind":"internal","message":"m","details":{}},"zebra":1}\n',
    );
  },
);

verifies("report.json", "any text survives and none of it can act on a terminal", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (answer) => {
      const text = renderJson({ ...envelopes.consult, answer }, { pretty: false });
      expect((JSON.parse(text) as Envelope).answer).toBe(answer);
      expect(text.trimEnd()).not.toMatch(/[\p{Cc}\p{Default_Ignorable_Code_Point}\u2028\u2029]/u);
    }),
  );
});
