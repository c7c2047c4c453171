import { describe, expect } from "vitest";
import { type ExecCommand, execArguments } from "../../../src/codex/exec/exec-arguments.ts";
import { isolations } from "../../../src/domain/run.ts";
import { tiers } from "../../../src/domain/tier.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

const thread = "01a1fc36-1990-7263-a131-2f6c499282bb";
const base: ExecCommand = {
  tier: "read-only",
  cwd: "/work tree",
  ephemeral: false,
  isolation: "inherit",
  addDirectories: [],
  images: [],
  isStrict: true,
  config: {},
};
const start = `exec|--json|--sandbox|read-only|--cd|/work tree|--skip-git-repo-check|--strict-config`.split(
  "|",
);

/** What is asked for, and the whole command line. */
const table: readonly [name: string, wish: Partial<ExecCommand>, words: readonly string[]][] = [
  ["nothing else", {}, [...start, "--ignore-rules", "-"]],
  ["keys that Codex may ignore", { isStrict: false }, [...start.slice(0, -1), "--ignore-rules", "-"]],
  ["no session file", { ephemeral: true }, [...start, "--ephemeral", "--ignore-rules", "-"]],
  [
    "no user configuration",
    { isolation: "ignore-config" },
    [...start, "--ignore-user-config", "--ignore-rules", "-"],
  ],
  [
    "neither configuration nor rules",
    { isolation: "ignore-rules" },
    [...start, "--ignore-user-config", "--ignore-rules", "-"],
  ],
  [
    "a profile and a model that look like options",
    { profile: "-p", model: "-c" },
    [...start, "--ignore-rules", "--profile=-p", "--model=-c", "-"],
  ],
  [
    "a schema",
    { outputSchemaFile: "/job/schema.json" },
    [...start, "--ignore-rules", "--output-schema", "/job/schema.json", "-"],
  ],
  [
    "images, never before the prompt's place",
    { images: ["/a.png", "/-b.png"] },
    ["exec", "--image", "/a.png", "--image", "/-b.png", ...start.slice(1), "--ignore-rules", "-"],
  ],
  [
    "further folders in a tier that cannot write them",
    { addDirectories: ["/more"] },
    [...start, "--ignore-rules", "-"],
  ],
  [
    "an earlier thread, every option before the subcommand",
    { resume: thread.toUpperCase(), model: "m", images: ["/a.png"], config: { notify: [] } },
    [
      "exec",
      "--image",
      "/a.png",
      ...start.slice(1),
      "--ignore-rules",
      "--model=m",
      "-c",
      "notify=[]",
      "resume",
      thread,
      "-",
    ],
  ],
  [
    "configuration, each top-level key once and odd keys inside of a value",
    { config: { web_search: "disabled", projects: { "/a.b c": { trust_level: "untrusted" } } } },
    [
      ...start,
      "--ignore-rules",
      "-c",
      'web_search="disabled"',
      "-c",
      'projects={"/a.b c"={"trust_level"="untrusted"}}',
      "-",
    ],
  ],
];

describe("the command line", () => {
  for (const [name, wish, words] of table) {
    verifies("exec.arguments", `of a run with ${name} is exactly this`, () => {
      expect(execArguments({ ...base, ...wish })).toEqual(words);
    });
  }

  verifies("exec.arguments", "opens further folders in workspace-write, each as one word", () => {
    const words = execArguments({ ...base, tier: "workspace-write", addDirectories: ["/a,b", "/c d"] });
    expect(words.join("|")).toContain("--sandbox|workspace-write|");
    expect(words.join("|")).toContain("--add-dir|/a,b|--add-dir|/c d|");
  });

  verifies("exec.arguments", "keeps the user's rules with full access, which has no sandbox to leave", () => {
    expect(execArguments({ ...base, tier: "danger-full-access" })).not.toContain("--ignore-rules");
    expect(execArguments({ ...base, tier: "danger-full-access", isolation: "ignore-rules" })).toContain(
      "--ignore-rules",
    );
  });

  verifies("exec.arguments", "never bypasses anything, names the sandbox once and ends with stdin", () => {
    const commands = fc.record({
      tier: fc.constantFrom(...tiers),
      isolation: fc.constantFrom(...isolations),
      model: fc.string(),
      cwd: fc.string().map((text) => `/${text}`),
      images: fc.array(fc.string().map((text) => `/${text}`)),
      config: fc.dictionary(fc.stringMatching(/^[a-z_]+$/), fc.string()),
    });
    fc.assert(
      fc.property(commands, (wish) => {
        const words = execArguments({ ...base, ...wish });
        expect(words.filter((word) => word.startsWith("--dangerously"))).toEqual([]);
        expect(words.filter((word) => word === "--sandbox" || word === "-s")).toHaveLength(1);
        expect(words[words.indexOf("--sandbox") + 1]).toBe(wish.tier);
        expect(words.at(-1)).toBe("-");
      }),
    );
  });
});

describe("a wish that Codex would not keep", () => {
  const refused: readonly [name: string, wish: Partial<ExecCommand>, kind: string][] = [
    ["a thread by its name", { resume: "my-thread" }, "usage"],
    ["a thread by a part of its id", { resume: thread.slice(0, 8) }, "usage"],
    ["a thread that is an option", { resume: "--last" }, "usage"],
    ["a writing run without a session file", { tier: "workspace-write", ephemeral: true }, "usage"],
    ["a continued thread without a session file", { resume: thread, ephemeral: true }, "usage"],
    ["a top-level key that cannot be named", { config: { "a.b": 1 } }, "config_rejected"],
  ];
  for (const [name, wish, kind] of refused) {
    verifies("exec.arguments", `${name} is refused`, () => {
      expect(() => execArguments({ ...base, ...wish })).toThrow(
        expect.objectContaining({ report: expect.objectContaining({ kind }) }),
      );
    });
  }
});
