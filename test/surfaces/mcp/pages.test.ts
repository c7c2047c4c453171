import { expect } from "vitest";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { answerWith } from "../../../src/surfaces/mcp/results/answer.ts";
import { splitPages } from "../../../src/surfaces/mcp/results/pages.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

verifies(
  "mcp.result",
  "pages put together are the text, none longer than the limit, no character torn",
  () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", "\n", "é", "漢", "🎉"), maxLength: 200 }),
        fc.integer({ min: 2, max: 40 }),
        (text, length) => {
          const pages = splitPages(text, length);
          expect(pages.join("")).toBe(text);
          expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(length);
          for (const page of pages) expect(page).not.toMatch(/\p{Cs}/u);
        },
      ),
    );
  },
);

verifies("mcp.result", "a page ends at the end of a line where there is one", () => {
  expect(splitPages("aaaa\nbbbb\ncccc\n", 12)).toEqual(["aaaa\nbbbb\n", "cccc\n"]);
  expect(splitPages("a\nbbbbbbbbbbbb", 8)).toEqual(["a\nbbbbbb", "bbbbbb"]);
  expect(splitPages("")).toEqual([""]);
});

verifies("mcp.result", "each page but the only one says which it is and how to get the next", () => {
  const envelope: Envelope = { schema: "codex-tandem/1", ok: true, kind: "result" };
  const text = "line\n".repeat(20_000);
  const first = answerWith(text, envelope, { more: { job: "kqvbgm" }, notes: ["so\u001b[31mit is"] });
  expect(first.content).toHaveLength(2);
  expect(first.content[1]).toEqual({
    type: "text",
    text: 'Note: soit is\nThis is page 1 of 3. The next one: result {"job":"kqvbgm","page":2}',
  });
  const last = answerWith(text, envelope, { page: 3 });
  expect(last.content[1]).toEqual({ type: "text", text: "This is page 3 of 3. It is the last one." });
  expect(answerWith("short", envelope).content).toEqual([{ type: "text", text: "short" }]);
  expect(() => answerWith(text, envelope, { page: 4 })).toThrow("`page` must be from 1 to 3 here.");
});
