import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, vi } from "vitest";
import { runCli } from "../../../src/surfaces/cli/program.ts";
import { readRunLine } from "../../../src/surfaces/cli/quick-run.ts";
import { type CliWorld, processMachine } from "../../../src/surfaces/cli/world.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

/** What the parser of all commands makes of a line. */
const obeyed = vi.hoisted(() => [] as unknown[]);
vi.mock("../../../src/surfaces/cli/commands/task.ts", () => ({
  taskCommand: async (text: unknown, options: unknown) =>
    obeyed.push({ command: "task", text, options }) && 0,
}));
vi.mock("../../../src/surfaces/cli/commands/consult.ts", () => ({
  consultCommand: async (text: unknown, options: unknown) =>
    obeyed.push({ command: "consult", text, options }) && 0,
}));

beforeEach(() => {
  obeyed.length = 0;
});

const switches = ["background", "wait", "json", "network", "direct", "ephemeral", "write", "findings"];
const further = ["full-auto", "fresh", "resume-last", "rehearse", "dry-run", "help", "unknown"];
const valued = ["model", "effort", "timeout", "stall", "profile", "engine", "isolation", "cwd", "title"];
const more = ["approvals", "wait-budget", "idempotency-key", "prompt-file", "image", "mcp", "config"];
const chosen = ["add-dir", "file", "tier", "if-busy", "format", "thread", "job"];

const value = fc.constantFrom(
  "a",
  "read-only",
  "json",
  "refuse",
  "two words",
  "k=v",
  "-x",
  "--json",
  "-",
  "",
);
const word = fc.oneof(
  fc.constantFrom(...[...switches, ...further].map((name) => [`--${name}`])),
  fc
    .tuple(fc.constantFrom("-m", "-c", ...[...valued, ...more, ...chosen].map((name) => `--${name}`)), value)
    .map((pair) => [...pair]),
  fc.tuple(fc.constantFrom("--model", "--json", "-m"), value).map(([name, text]) => [`${name}=${text}`]),
  fc.constantFrom(["--"], ["-"], ["Say hello."], ["task"], [""]),
);
const line = fc
  .tuple(fc.constantFrom("task", "consult", "review", "--json"), fc.array(word, { maxLength: 5 }))
  .map(([command, words]) => [command, ...words.flat()]);

/** A world without a terminal, whose words go nowhere. */
function silentWorld(): CliWorld {
  const nowhere = () => Object.assign(new PassThrough().resume(), { isTTY: false });
  return Object.assign(processMachine(), {
    stdin: process.stdin,
    stdout: nowhere(),
    stderr: nowhere(),
  } as unknown as Pick<CliWorld, "stdin" | "stdout" | "stderr">);
}

describe("the small parser of lines that begin a run", () => {
  verifies("start.run-line", "reads what it knows as the parser of all commands does", async () => {
    let known = 0;
    await fc.assert(
      fc.asyncProperty(line, async (words) => {
        const quick = readRunLine(words);
        if (quick === undefined) return;
        known += 1;
        obeyed.length = 0;
        await runCli(words, silentWorld());
        const { command, text, options } = quick;
        expect(obeyed).toEqual([{ command, text, options }]);
      }),
      fc.cases(2000),
    );
    expect(known).toBeGreaterThan(100);
  });

  verifies(
    "start.run-line",
    "knows the usual lines, and leaves the rest to the parser of all commands",
    () => {
      const usual = [
        ["task", "Say hello."],
        ["task", "--background", "--json", "--model", "m", "Say hello."],
        ["task", "--write", "--add-dir", "there", "Say hello.", "--title", "t"],
        ["consult", "--file", "a", "--file", "b", "--direct", "Why?"],
        ["consult", "--prompt-file", "-"],
      ];
      for (const words of usual) expect(readRunLine(words)).toBeDefined();
      const rest = [
        ["task", "one", "two"],
        ["task", "--", "Say hello."],
        ["task", "--background", "--wait", "Say hello."],
        ["task", "--tier", "read-only", "Say hello."],
        ["task", "--model"],
        ["task", "--file", "a", "Say hello."],
        ["consult", "--write", "Why?"],
        ["consult", "--help"],
        ["review"],
      ];
      for (const words of rest) expect(readRunLine(words)).toBeUndefined();
    },
  );
});
