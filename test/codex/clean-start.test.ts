import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { cleanStart } from "../../src/codex/clean-start.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

/** What `env -0` prints when it is begun with these variables. */
function seenWith(
  variables: Readonly<Record<string, string>>,
  shell = "/bin/sh",
): ReadonlyMap<string, string> {
  const { prefix, input } = cleanStart(variables, "linux") ?? { prefix: [], input: "" };
  const [program = "", ...words] = prefix.map((word) => (word === "/bin/sh" ? shell : word));
  const printed = execFileSync(program, [...words, "/usr/bin/env", "-0"], {
    env: { SOME_API_KEY: "canary" },
    encoding: "utf8",
    input,
  });
  const entries = printed.split("\0").filter((entry) => entry !== "");
  return new Map(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

/** As on macOS: bash by the name of sh. */
const bashAsShell = join(mkdtempSync(join(tmpdir(), "tandem-sh-")), "sh");
symlinkSync("/bin/bash", bashAsShell);
afterAll(() => rmSync(dirname(bashAsShell), { recursive: true, force: true }));

/** What a shell sets for whatever it begins. */
const ofTheShell = ["PWD", "OLDPWD", "SHLVL", "_"];

describe("a command with variables of its own", () => {
  verifies("delegate.checks", "begins with them and a usual PATH, and nothing else", () => {
    const seen = new Map(seenWith({ TMPDIR: "/a b", ODD: "x=$HOME\ny", "npm_config_//host/:_token": "'1'" }));
    for (const name of ofTheShell) seen.delete(name);
    expect(Object.fromEntries(seen)).toEqual({
      PATH: "/usr/local/bin:/usr/bin:/bin",
      LANG: "C.UTF-8",
      TMPDIR: "/a b",
      ODD: "x=$HOME\ny",
      "npm_config_//host/:_token": "'1'",
    });
    expect(cleanStart({ TMPDIR: "C:\\t" }, "win32")).toBeUndefined();
  });

  verifies("delegate.checks", "gets every value as it is, in each shell", () => {
    const name = fc.oneof(
      fc.constantFrom("A", "b_1", "UID", "PPID", "IFS", "OPTIND", "PATH", "a-b", "BASH_FUNC_x%%", "it's"),
      fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/),
    );
    const value = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("begin", "\nbegin", "'; touch x; '", "$(id)", "`id`", "\\", "\\\n", "'", "\t \n", "--"),
    );
    const named = fc.dictionary(
      name,
      value.map((text) => text.replaceAll("\0", "")),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(named, fc.constantFrom("/bin/sh", bashAsShell), (variables, shell) => {
        const seen = seenWith(variables, shell);
        for (const [key, text] of Object.entries(variables)) {
          if (!ofTheShell.includes(key)) expect([key, seen.get(key)]).toEqual([key, text]);
        }
        expect(seen.get("SOME_API_KEY")).toBeUndefined();
      }),
      fc.cases(60),
    );
  });

  verifies("delegate.checks", "is not begun when what it is told is cut short, and shows none of it", () => {
    const { prefix, input } = cleanStart({ KEY: "canary\nbegin\nrest" }, "linux") ?? {
      prefix: [],
      input: "",
    };
    const [program = "", ...words] = prefix;
    expect(prefix.join(" ")).not.toContain("canary");
    for (let length = 0; length < input.length; length++) {
      const { stdout } = spawnSync(program, [...words, "echo", "begun"], {
        input: input.slice(0, length),
        encoding: "utf8",
      });
      expect([length, stdout]).toEqual([length, ""]);
    }
  });
});
