import { expect } from "vitest";
import { readSlash } from "../../../src/surfaces/slash/read-slash.ts";
import { slashArguments } from "../../../src/surfaces/slash/slash-arguments.ts";
import { array, assert, constantFrom, property, string } from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const flagsOf = (name: string, typed: string) => Object.fromEntries(readSlash(name, typed).flags);
const hostile = [
  `it's "quoted" and \\escaped\\`,
  "$(touch pwned) `id` ${HOME}",
  "; echo X && rm -rf / | cat > f",
  "two\nlines\n\n  indented",
  "text --write --model other",
  "-5 degrees",
  "CODEX_ARGS_EOF",
  "漢字 🎉 \u202e",
];

for (const text of hostile) {
  verifies("plugin.commands.exact", `text stays as it is: ${JSON.stringify(text)}`, () => {
    expect(readSlash("task", text)).toMatchObject({ text, flags: new Map() });
    expect(readSlash("task", `--write   ${text}`).text).toBe(text);
    expect(slashArguments(readSlash("task", text))).toEqual(["task", "--", text]);
    expect(slashArguments(readSlash("reply", `kqvbgm ${text}`))).toEqual(["reply", "--", "kqvbgm", text]);
    expect(slashArguments(readSlash("review", text))).toEqual(["review", `--focus=${text}`]);
  });
}

verifies(
  "plugin.commands.exact",
  "any text that begins with no flag is the text, whatever flags it follows",
  () => {
    const flags = array(constantFrom("--write", "--model gpt-5", '--cwd "a b"', "--image=x.png", "--fresh"), {
      maxLength: 1,
    });
    const text = string({ unit: "binary", minLength: 1 }).filter(
      (candidate) =>
        candidate.trim() !== "" && candidate === candidate.trimStart() && !candidate.startsWith("--"),
    );
    assert(
      property(flags, text, (given, said) => {
        const line = readSlash("task", [...given, said].join(" "));
        expect(line.text).toBe(said);
        expect(line.flags.size).toBe(given.length);
      }),
    );
  },
);

verifies("plugin.commands.exact", "behind -- everything is text, byte for byte", () => {
  assert(
    property(string({ unit: "binary", minLength: 1 }), (said) => {
      if (said.trim() === "") return;
      expect(readSlash("consult", `-- ${said}`).text).toBe(said);
    }),
  );
});

verifies("plugin.commands.exact", "flags have values in words, in quotes and behind a sign", () => {
  expect(flagsOf("review", `--base "my branch" --path='a b' --path c --wait look here`)).toEqual({
    base: ["my branch"],
    path: ["a b", "c"],
    wait: [],
  });
  expect(
    slashArguments(readSlash("review", "--base=main --background x"), { leaves: true, json: true }),
  ).toEqual(["review", "--base=main", "--background", "--json", "--focus=x"]);
  expect(slashArguments(readSlash("rescue", "--raw --resume go on"))).toEqual([
    "task",
    "--resume-last",
    "--",
    "go on",
  ]);
  expect(slashArguments(readSlash("dry-run", "consult --file a.ts why"))).toEqual([
    "consult",
    "--file=a.ts",
    "--dry-run",
    "--",
    "why",
  ]);
  expect(readSlash("dry-run", "--base main")).toMatchObject({ command: "review" });
  for (const [typed, line] of [
    ["rescue mend it", ["task", "--dry-run", "--", "mend it"]],
    ["reply kqvbgm go on", ["reply", "--dry-run", "--", "kqvbgm", "go on"]],
    ["operator check --input rule=x", ["operator", "run", "--input=rule=x", "--dry-run", "--", "check"]],
    ["image --out a.png a dot", ["image", "--out=a.png", "--dry-run", "--", "a dot"]],
  ] as const) {
    expect(slashArguments(readSlash("dry-run", typed))).toEqual(line);
  }
  expect(readSlash("status", " KQVBGM ")).toMatchObject({ job: "kqvbgm" });
});

verifies("plugin.commands.exact", "a job may stand before or behind the flags, as in the terminal", () => {
  for (const typed of [
    "--yes --only a --only b kqvbgm",
    "--only a kqvbgm --yes --only b",
    "kqvbgm --yes --only=a --only b",
  ]) {
    expect(slashArguments(readSlash("apply", typed)).toSorted()).toEqual([
      "--only=a",
      "--only=b",
      "--yes",
      "apply",
      "kqvbgm",
    ]);
  }
  expect(readSlash("result", "kqvbgm --show").flags.has("show")).toBe(true);
});

verifies("plugin.commands.exact", "an operator is named first, and its flags follow", () => {
  const argumentsOf = (typed: string) => slashArguments(readSlash("operator", typed));
  expect(argumentsOf("transform --input input=a.csv --input 'output=my b.json' --overwrite")).toEqual([
    "operator",
    "run",
    "--input=input=a.csv",
    "--input=output=my b.json",
    "--overwrite",
    "--",
    "transform",
  ]);
  expect(argumentsOf("  check\n--input=rule=all-is-well --dry-run ")).toEqual([
    "operator",
    "run",
    "--input=rule=all-is-well",
    "--dry-run",
    "--",
    "check",
  ]);
  // What is in a value is not read again: neither as a flag nor as another value.
  expect(argumentsOf('analyze --input="question=a=b; --overwrite $(id)" --job kqvbgm')).toEqual([
    "operator",
    "run",
    "--input=question=a=b; --overwrite $(id)",
    "--job=kqvbgm",
    "--",
    "analyze",
  ]);
  expect(argumentsOf("transform")).toEqual(["operator", "run", "--", "transform"]);
  for (const nothing of ["", " \n "]) {
    expect(readSlash("operator", nothing)).toMatchObject({ command: "operator", text: "" });
    expect(argumentsOf(nothing)).toEqual(["operator", "list"]);
  }
});

verifies("plugin.commands.exact", "any value of an operator's input stays one word, as it was typed", () => {
  const value = string({ unit: "binary" }).filter((text) => !text.includes('"'));
  assert(
    property(value, (text) => {
      const line = readSlash("operator", `transform --input "x=${text}"`);
      expect(line).toMatchObject({ text: "transform", flags: new Map([["input", [`x=${text}`]]]) });
      expect(slashArguments(line)).toEqual(["operator", "run", `--input=x=${text}`, "--", "transform"]);
    }),
  );
});

const refused: readonly (readonly [string, string, string])[] = [
  ["review", "--bse main", "--base"],
  ["review", "--base", "needs a value"],
  ["review", "--base --wait", "needs a value"],
  ["task", "--write=yes x", "takes no value"],
  ["task", "--model a --model b x", "twice"],
  ["task", "--write", "needs a text"],
  ["status", "$(id)", "not the name of a job"],
  ["cancel", "a b", "not the name of a job"],
  ["cancel", "a --all b", "takes one job"],
  ["cancel", "-- a --all", "takes one job"],
  ["cancel", "--all a --all", "twice"],
  ["apply", "kqvbgm --nope", "no flag"],
  ["apply", "--yes", "needs a job"],
  ["gate", "on --cwd=/elsewhere", "takes one word"],
  ["gate", "-h", "takes one word"],
  ["reply", "kqvbgm", "a job and what to say"],
  ["setup", "now", "flags only"],
  ["nothing", "", "no command"],
  ["consult", "--constructor x", "no flag"],
  ["operator", "--input x=1", "takes a name, then flags"],
  ["operator", "transform to csv", "takes a name, then flags"],
  ["operator", "transform --overwrite now", "takes a name, then flags"],
  ["operator", "transform --input", "needs a value"],
  ["operator", "transform --tier danger-full-access", "no flag"],
  ["operator", "$(id)", "takes a name, then flags"],
  ["operator", "../../x", "takes a name, then flags"],
  ["operator", "transform; id", "takes a name, then flags"],
];

for (const [name, typed, problem] of refused) {
  verifies("plugin.commands.exact", `refuses /codex:${name} ${typed}`, () => {
    expect(() => readSlash(name, typed)).toThrow(problem);
  });
}
