import { expect } from "vitest";
import type { TandemError } from "../../../src/domain/errors/tandem-error.ts";
import { runFields } from "../../../src/surfaces/mcp/arguments/common-fields.ts";
import {
  choice,
  type Field,
  type Fields,
  flag,
  namedTexts,
  path,
  paths,
  required,
  text,
  wholeNumber,
} from "../../../src/surfaces/mcp/arguments/fields.ts";
import { readArguments } from "../../../src/surfaces/mcp/arguments/read-arguments.ts";
import { verifies } from "../../support/requirements.ts";

function refusalOf(fields: Fields, given: unknown): string {
  try {
    readArguments(fields, given);
  } catch (error) {
    return (error as TandemError).report.message;
  }
  throw new Error("It was accepted.");
}

const secret = "sk-live-0123456789abcdef";

verifies("mcp.arguments", "good arguments are read as they are, byte for byte", () => {
  const fields = {
    question: required(text("")),
    files: paths("", 2),
    count: wholeNumber("", 0, 9),
    on: flag(""),
  };
  const given = { question: " a\n\u0007 b ", files: ["x"], count: 9, on: false };
  expect(readArguments(fields, given)).toEqual(given);
  expect(readArguments(fields, { question: "q" })).toEqual({ question: "q" });
});

const refused: Record<string, [Field<unknown>, unknown, string]> = {
  "a number for a text": [text(""), 7, "must be a text"],
  "a blank text": [text(""), " \n", "must not be blank"],
  "a long text": [text("", 3), "abcd", "must have at most 3 characters"],
  "half a character": [text(""), "a\ud83c", "half of a character"],
  "NUL in a path": [path(""), "a\0b", "must not hold NUL"],
  "a path for a list": [paths("", 3), secret, "must be a list"],
  "an empty list": [paths("", 3), [], "must have 1 to 3 entries"],
  "too many entries": [paths("", 1), [secret, secret], "must have 1 to 1 entries"],
  "a bad entry": [paths("", 3), ["a", 7], "has an entry that must be a text"],
  "a word that is none of them": [choice("", ["auto", "staged"]), secret, "must be one of auto, staged"],
  "a word for a switch": [flag(""), "true", "must be true or false"],
  "half a number": [wholeNumber("", 0, 9), 1.5, "must be a whole number from 0 to 9"],
  "a number above": [wholeNumber("", 0, 9), 10, "from 0 to 9"],
  "a text for names": [namedTexts(""), secret, "an object with a text for each name"],
  "no names": [namedTexts(""), {}, "at least one text"],
  "a number by a name": [namedTexts(""), { a: 1 }, "must hold texts only"],
  "no model name": [runFields.model, `${secret} ${secret}`, "must be a model name"],
};
for (const [what, [field, value, reason]] of Object.entries(refused)) {
  verifies("mcp.arguments", `${what} is refused with its name and reason, without the value`, () => {
    const message = refusalOf({ it: field }, { it: value });
    expect(message).toContain("`it` ");
    expect(message).toContain(reason);
    expect(message).not.toContain(secret);
  });
}

verifies("mcp.arguments", "all problems are told at once, with what was meant and what is allowed", () => {
  const fields = { question: required(text("The question.")), model: text("") };
  const message = refusalOf(fields, { modle: secret, [`${secret} \u001b[31m`]: 1, model: 7 });
  expect(message).toBe(
    "Unknown arguments: `modle` (did you mean `model`?), 1 more whose name is not shown. Allowed: question, model. `question` is missing: The question. `model` must be a text.",
  );
  expect(refusalOf(fields, [1])).toBe("The arguments must be an object.");
  expect(refusalOf({}, { a: 1 })).toBe("Unknown argument: `a`. Allowed: none.");
});

verifies("mcp.arguments", "a refusal stays short, however much is wrong", () => {
  const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`a${index}`, secret]));
  expect(refusalOf({ it: required(text("It.")) }, many).length).toBeLessThan(400);
  const fields = Object.fromEntries(
    Array.from({ length: 20 }, (_, index) => [`f${index}`, required(text("It."))]),
  );
  expect(refusalOf(fields, {})).toMatch(/And 15 more\.$/);
  for (const name of ["__proto__", "constructor", "toString"]) {
    expect(refusalOf({ it: text("") }, JSON.parse(`{"${name}": "x"}`))).toContain(
      `Unknown argument: \`${name}\``,
    );
  }
});
