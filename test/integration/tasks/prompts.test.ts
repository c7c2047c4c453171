import { expect } from "vitest";
import { parseRecord } from "../../../src/rehearsal/json.ts";
import { lastUserText, type ModelRequest, userTexts } from "../../../src/rehearsal/model-request.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { type CliWorld, inTurn, startCliWorld, writeFiles } from "../../support/cli-world.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

/** Words that would change the run if anything took them for options. */
const flags = [
  "--write",
  "--full-auto",
  "--tier danger-full-access",
  "--model gpt-6",
  "-m gpt-6",
  "--cwd /",
  "-c sandbox_mode=danger-full-access",
  "--json",
  "--help",
  "--thread x",
  "--resume-last",
  "--",
  "-",
  "\n",
  "\t",
  '"',
  "'",
  "\\",
  "$HOME",
  "`id`",
];

const anyText = fc
  .oneof(
    fc.array(fc.constantFrom(...flags), { minLength: 1, maxLength: 6 }).map((words) => words.join(" ")),
    fc
      .array(fc.oneof(fc.constantFrom(...flags), fc.string({ unit: "binary", maxLength: 8 })))
      .map((it) => it.join("")),
    fc.string({ unit: "binary", maxLength: 80 }),
  )
  .filter((text) => text.trim() !== "" && text !== "-");

interface Given {
  readonly words: readonly string[];
  readonly file?: string;
  readonly input?: string;
}

/** Where a prompt may come from, as the words, the file and the input of a command. */
const ways = {
  argument: (text: string): Given => ({ words: ["--", text] }),
  "--prompt-file": (text: string, name: string): Given => ({ words: ["--prompt-file", name], file: text }),
  stdin: (text: string): Given => ({ words: [], input: text }),
  "stdin by -": (text: string): Given => ({ words: ["-"], input: text }),
};

async function send(world: CliWorld, way: keyof typeof ways, text: string, index: number) {
  const name = `prompt-${index}.txt`;
  const { words, file, input } = ways[way](text, name);
  if (file !== undefined) await writeFiles(world.workspace, { [name]: file });
  const options = input === undefined ? {} : { input };
  const { exitCode, stdout, envelope } = await world.run(["task", "--json", ...words], options);
  const request = world.model.requests.find(({ thread }) => thread === envelope.run?.thread);
  if (request === undefined) throw new Error(`No request came of ${way} ${JSON.stringify(text)}: ${stdout}`);
  return { exitCode, envelope, request };
}

/** What the prompt must not have changed: the model, the sandbox and the folder of the request. */
function terms(request: ModelRequest): Readonly<Record<string, unknown>> {
  const metadata = parseRecord(request.headers["x-codex-turn-metadata"] ?? "");
  return {
    model: request.model,
    sandbox: metadata?.["sandbox_mode"],
    cwd: /<cwd>(.*)<\/cwd>/.exec(userTexts(request).join("\n"))?.[1],
  };
}

verifies(
  "task.exact",
  "any text, full of options too, is the model's last user text by every way in, and changes nothing else",
  async () => {
    const world = await startCliWorld(() => message("Read."));
    const usual = terms((await send(world, "stdin", "plain", 0)).request);
    expect(usual).toEqual({ model: "gpt-5.5", sandbox: "read-only", cwd: world.workspace });
    const names = Object.keys(ways) as (keyof typeof ways)[];
    const samples = fc.sample(anyText, 24).map((text, index) => {
      const way = names[index % names.length] ?? "stdin";
      // The system ends an argument at its first NUL.
      return { way, text: way === "argument" ? text.replaceAll("\0", "0") : text };
    });
    await inTurn(samples, 3, async ({ way, text }, index) => {
      const { exitCode, envelope, request } = await send(world, way, text, index + 1);
      expect({ way, text, received: lastUserText(request), ...terms(request) }).toEqual({
        way,
        text,
        received: text,
        ...usual,
      });
      expect(exitCode).toBe(0);
      expect(envelope.run).toMatchObject({
        tier: "read-only",
        network: false,
        sandbox: { effective: "read-only" },
      });
    });
  },
);

verifies("task.exact", "one argument only, and none that begins with a dash without `--`", async () => {
  const world = await startCliWorld(() => message("never"));
  for (const words of [["two", "words"], ["--fix the bug"], ["-x"], ["text", "--prompt-file", "x.txt"]]) {
    const { exitCode, envelope } = await world.run(["task", "--json", ...words]);
    expect(exitCode).toBe(2);
    expect(envelope.error?.kind).toBe("usage");
  }
  expect(world.records()).toEqual([]);
});
