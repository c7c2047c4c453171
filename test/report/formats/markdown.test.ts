import { describe, expect } from "vitest";
import {
  codeBlock,
  codeSpan,
  escapeInline,
  neutraliseLine,
  neutraliseMarkdown,
} from "../../../src/report/formats/markdown/neutralise.ts";
import { renderMarkdown } from "../../../src/report/formats/markdown/render-markdown.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";
import { envelopes, now } from "../fixtures.ts";
import { hostileReview, hostileText } from "./hostile.ts";

const active = /@[\p{L}\p{N}]|#\d|\bGH-\d|<[A-Za-z/!?]|!\[|&[#A-Za-z]/u;

/** The lines that are in no fenced code, as a reader of Markdown sees them at the left margin. */
function proseOf(markdown: string): string {
  const lines: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split("\n")) {
    const run = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(line)?.[0];
    if (fence !== undefined) {
      if (new RegExp(`^ {0,3}${fence}${fence.charAt(0)}*[ \\t]*$`).test(line)) fence = undefined;
    } else if (run === undefined) lines.push(line);
    else fence = run;
  }
  expect(fence).toBeUndefined();
  return lines.join("\n");
}

describe("the words of a model", () => {
  verifies("formats.markdown", "code, lists, tables and links of the model stay as given", () => {
    const { answer } = envelopes.consult;
    expect(neutraliseMarkdown(answer)).toBe(answer);
    const text = "See [the page](https://example.com), use `a && b`:\n\n```ts\n@Injectable() // <T>\n```\n";
    expect(neutraliseMarkdown(text)).toBe(text);
  });

  const cases: readonly (readonly [string, string, string])[] = [
    ["a mention", "thanks @ada and @org/team", "thanks @\u200Bada and @\u200Borg/team"],
    ["an address", "mail ada@example.com", "mail ada@\u200Bexample.com"],
    ["a reference to an issue", "fixes #12, GH-7, a/b#3", "fixes #\u200B12, GH-\u200B7, a/b#\u200B3"],
    ["a tag", "<img src=x>", "<\u200Bimg src=x>"],
    ["a comment", "a <!-- b", "a <\u200B!-- b"],
    ["an image", "![a](https://e.example/x)", "!\u200B[a](https://e.example/x)"],
    ["a character reference", "&#64;ada &lt;b", "&\u200B#\u200B64;ada &\u200Blt;b"],
    ["a command for a bot", "ok\n/merge now", "ok\n\u200B/merge now"],
    ["comparisons and numbers", "a < b && c > 2 # 3 @ 4", "a < b && c > 2 # 3 @ 4"],
    [
      "code in a list",
      "- a @ada\n  ```ts\n  if (a) {\n    @b\n  ```\n@eve",
      "- a @\u200Bada\n```ts\nif (a) {\n  @b\n```\n@\u200Beve",
    ],
    ["an indented fence before one that is not", "  ```\n\n```\n@ada", "```\n\n```\n@\u200Bada"],
    ["a fence that is not closed", "```\n@ada", "```\n@ada\n```"],
    ["a fence in tildes", "~~~~\n@ada\n~~~\n@bob\n~~~~\n@eve", "~~~~\n@ada\n~~~\n@bob\n~~~~\n@\u200Beve"],
    ["ticks that are no fence", "``` a ` b\n@ada", "``` a ` b\n@\u200Bada"],
    ["a closing fence with words", "```\na\n``` x\n@ada\n```", "```\na\n``` x\n@ada\n```"],
    ["control characters", "a\u001B[2Jb", "a\\u{1B}[2Jb"],
  ];
  for (const [what, given, shown] of cases) {
    verifies("formats.markdown", `${what} is made harmless`, () => {
      expect(neutraliseMarkdown(given)).toBe(shown);
    });
  }

  verifies("formats.markdown", "outside of code nothing active is left, and every fence is closed", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(proseOf(neutraliseMarkdown(text))).not.toMatch(active);
        expect(neutraliseLine(text)).not.toMatch(active);
        expect(neutraliseLine(text)).not.toContain("\n");
      }),
      fc.cases(2000),
    );
  });
});

describe("words in lines of ours", () => {
  verifies("formats.markdown", "a title has no Markdown of its own", () => {
    expect(escapeInline("a *b* `c` [d](e) _f_ ~g~ | h\n# i")).toBe(
      "a \\*b\\* \\`c\\` \\[d\\](e) \\_f\\_ \\~g\\~ \\| h # i",
    );
    expect([escapeInline("# a"), escapeInline("1. a"), escapeInline("- a"), escapeInline("> a")]).toEqual([
      "\\# a",
      "1\\. a",
      "\\- a",
      "\\> a",
    ]);
  });

  verifies("formats.markdown", "code of ours cannot be left by what is in it", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const block = codeBlock(text).split("\n");
        const [fence = ""] = block;
        expect(block.at(-1)).toBe(fence);
        for (const line of block.slice(1, -1)) expect(line).not.toContain(fence);
        const span = codeSpan(text);
        const ticks = /^`*/.exec(span)?.[0] ?? "";
        expect(span.endsWith(ticks)).toBe(true);
        expect(span.slice(ticks.length, span.length - ticks.length)).not.toContain(ticks || "`");
        expect(span).not.toContain("\n");
      }),
      fc.cases(1000),
    );
  });
});

describe("a whole result", () => {
  const names = [
    "reviewWithFindings",
    "reviewPartial",
    "consult",
    "quota",
    "statusWithThreeJobs",
    "schemaViolation",
  ] as const;
  for (const name of names) {
    verifies("formats.markdown", `${name} looks like this`, async () => {
      await expect(renderMarkdown(envelopes[name], now)).toMatchFileSnapshot(`snapshots/${name}.md.txt`);
    });
  }

  verifies("formats.markdown", "every kind of answer says something, and a rehearsal says so first", () => {
    for (const envelope of Object.values(envelopes)) expect(renderMarkdown(envelope).trim()).not.toBe("");
    expect(renderMarkdown(envelopes.reviewRehearsed)).toMatch(/^## REHEARSAL/);
  });

  verifies("formats.markdown", "no text from outside is active in it", () => {
    fc.assert(
      fc.property(hostileReview, (envelope) => {
        const prose = proseOf(renderMarkdown(envelope))
          // Code in lines of ours: nothing is active in it, and its ticks cannot be closed.
          .replace(/(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g, "");
        expect(prose).not.toMatch(active);
      }),
      fc.cases(500),
    );
  });
});
