import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { TandemError } from "../../../src/domain/errors/tandem-error.ts";
import { resultOf } from "../../../src/surfaces/client/result-of.ts";
import { verifyNamed } from "../../../src/surfaces/client/verify-named.ts";
import { createWhole, fieldsOf, strangeValue, withField } from "../../jobs/receipt-support.ts";
import { openTestStore } from "../../jobs/support.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

verifies(
  "receipts.invention",
  "whatever a saved result holds, it is told apart, or named as no result",
  async () => {
    const { store } = openTestStore();
    const { id, folder } = await createWhole(store);
    const stored = await resultOf(await store.read(id), store);
    const path = join(dirname(folder), "saved.json");
    const verifySaved = async (text: string) => {
      writeFileSync(path, text);
      return verifyNamed(path, folder, store).catch((thrown: unknown) => thrown);
    };
    expect(await verifySaved(JSON.stringify(stored))).toMatchObject({ ok: true });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...fieldsOf(stored)), strangeValue, async (field, value) => {
        const text = withField(stored, field, value);
        fc.pre(text !== JSON.stringify(stored));
        const told = await verifySaved(text);
        if (told instanceof TandemError)
          expect(told.report.kind).toMatch(/^(input_unreadable|job_not_found)$/);
        else expect(told).toMatchObject({ ok: false, error: { kind: "verification_failed" } });
      }),
      fc.cases(150),
    );
  },
);
