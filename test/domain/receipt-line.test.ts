import { expect } from "vitest";
import { newJobId } from "../../src/domain/job.ts";
import {
  findReceiptLines,
  printReceiptLine,
  type ReceiptLine,
  receiptLineOf,
  receiptMediaType,
} from "../../src/domain/receipt-line.ts";
import { sampleResult } from "../jobs/samples.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

const digest = fc.stringMatching(/^[0-9a-f]{16}$/);
const line: fc.Arbitrary<ReceiptLine> = fc.record({
  job: fc
    .date({ min: new Date("2020-01-01"), max: new Date("2090-01-01"), noInvalidDate: true })
    .map((date) => newJobId(date)),
  digest,
  rehearsal: fc.boolean(),
});

verifies("receipts.line", "every line is found again, wherever it stands in a text", () => {
  const noise = fc.string({ unit: "grapheme" }).map((text) => text.replaceAll("Receipt", ""));
  const around = fc.constantFrom(["", ""], ["> ", ""], ["  ", "  "], ["**", "**"], ["`", "`"], ["", "\r"]);
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, line, around)), noise, (parts, end) => {
      const text = parts
        .map(([before, receipt, [open, close]]) => `${before}\n${open}${printReceiptLine(receipt)}${close}\n`)
        .join("");
      expect(findReceiptLines(`${text}${end}`)).toEqual(parts.map(([, receipt]) => receipt));
    }),
  );
});

verifies("receipts.line", "what only looks like one is none", () => {
  for (const text of [
    "Receipt: 20260121t024700123-bcdfgh",
    "Receipt: 20260121t024700123-bcdfgh 3f9a1c2e4b5d70a",
    "Receipt: 20260121t024700123-bcdfgh 3f9a1c2e4b5d70aaa",
    "Receipt: 20260121t024700123-bcdfgh 3F9A1C2E4B5D70AA",
    "My Receipt: 20260121t024700123-bcdfgh 3f9a1c2e4b5d70aa",
    "Receipt: 20260121t024700123-bcdfgh 3f9a1c2e4b5d70aa was given",
  ]) {
    expect(findReceiptLines(text), text).toEqual([]);
  }
});

verifies("receipts.line", "a long text without one is read once", () => {
  const text = `${" >".repeat(200_000)}Receipt: ${"\n ".repeat(200_000)}`;
  expect(findReceiptLines(text)).toEqual([]);
});

verifies("receipts.line", "a result without a receipt has none", () => {
  const artifact = { path: "/j/receipt.json", bytes: 1, sha256: "a".repeat(64), mediaType: "text/plain" };
  expect(receiptLineOf(sampleResult)).toBeUndefined();
  expect(receiptLineOf({ ...sampleResult, artifacts: [artifact] })).toBeUndefined();
  // Without a job it could not be looked up.
  const receipt = { ...artifact, mediaType: receiptMediaType };
  expect(receiptLineOf({ ...sampleResult, artifacts: [receipt] })).toBeUndefined();
});
