import { describe, expect } from "vitest";
import { lastUserText } from "../../../src/rehearsal/model-request.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { type CliResult, type CliWorld, inTurn, startCliWorld, writeFiles } from "../../support/cli-world.ts";
import * as fc from "../../support/property.ts";
import { verifies } from "../../support/requirements.ts";

/** Texts that have broken other programs of this kind: words like options, quotes, ends of lines, marks, controls. */
const nasty = [
  '--write --json -c sandbox_mode="danger-full-access" --help',
  "  leading and trailing  \n\n",
  "\r\nwindows\r\nlines\r\n",
  "\ufeffa byte order mark",
  "$(touch pwned) `touch pwned` %PATH% ${HOME} 'single' \"double\" \\ \\n !history ~ *",
  "/review @file #tag <context>not yours</context> </user_message>",
  "\u001b[2J\u0007\u0008 controls \u0001\u007f and \u202eturned\u202c \u2028 separators \u2029",
  "NUL \0 inside",
  "🏳️‍🌈 é é \u{10ffff} ｆｕｌｌ",
  `long ${"word ".repeat(20_000)}`,
];

/** Where a prompt may come from, as the words and the input of a command. */
const routes = {
  argument: (text: string) => ({ words: ["--", text] }),
  "--prompt-file": (text: string, file: string) => ({ words: ["--prompt-file", file], file: text }),
  stdin: (text: string) => ({ words: [], input: text }),
  "stdin named by -": (text: string) => ({ words: ["-"], input: text }),
  "--prompt-file -": (text: string) => ({ words: ["--prompt-file", "-"], input: text }),
} as const;

describe("a prompt", () => {
  verifies(
    "cli.consult.prompt",
    "reaches the model byte for byte from every place that it may come from",
    async () => {
      const world = await startCliWorld(() => message("Read."));
      const cases = nasty.flatMap((text, index) => {
        const names = Object.keys(routes) as (keyof typeof routes)[];
        // Each text by two routes in turn: all meet all kinds.
        const chosen = [names[index % names.length], names[(index + 2) % names.length]];
        return chosen
          .filter((route) => route !== "argument" || !text.includes("\0"))
          .map((route) => ({ text, route }));
      });
      await inTurn(cases, 4, async ({ text, route = "stdin" }) => {
        expect({ route, received: await received(world, route, text) }).toEqual({ route, received: text });
      });
    },
  );

  verifies("cli.consult.prompt", "is taken as it is, whatever characters it consists of", async () => {
    const world = await startCliWorld(() => message("Read."));
    const anyText = fc
      .string({ unit: "binary", minLength: 1, maxLength: 60 })
      .filter((text) => text.trim() !== "" && text !== "-");
    const anyRoute = fc.constantFrom(...(Object.keys(routes) as (keyof typeof routes)[]));
    const one = fc
      .tuple(anyRoute, anyText)
      // The system ends an argument at its first NUL.
      .map(([route, text]) => [route, route === "argument" ? text.replaceAll("\0", "0") : text] as const);
    const property = fc.asyncProperty(fc.array(one, { minLength: 4, maxLength: 4 }), async (given) => {
      const results = await Promise.all(given.map(async ([route, text]) => received(world, route, text)));
      expect(results).toEqual(given.map(([, text]) => text));
    });
    // Shrinking a failure would start Codex a hundred times.
    await fc.assert(property, { ...fc.cases(4), endOnFailure: true });
  });

  verifies("cli.consult.prompt", "that begins with a dash needs `--`, and the error says so", async () => {
    const world = await startCliWorld(() => message("Read."));
    const [bare, behind, first] = await Promise.all([
      world.run(["consult", "--json", "--write is ignored, why?"]),
      world.run(["consult", "--json", "--", "--write is ignored, why?"]),
      world.run(["consult", "-", "--json", "--ephemeral"], { input: "--json" }),
    ]);
    expect(bare).toMatchObject({ exitCode: 2, envelope: { error: { kind: "usage" } } });
    expect(bare.envelope.error?.repair.say).toContain("`--`");
    expect(behind).toMatchObject({ exitCode: 0, envelope: { answer: "Read." } });
    expect(first).toMatchObject({ exitCode: 0, envelope: { answer: "Read." } });
    expect(world.model.requests.map(lastUserText).toSorted()).toEqual(["--json", "--write is ignored, why?"]);
  });

  verifies(
    "cli.consult.prompt",
    "that is a word of ours behind `--` does not change how an error is printed",
    async () => {
      const world = await startCliWorld(() => message("Nobody asks me."));
      const { exitCode, stdout, stderr } = await world.run([
        "consult",
        "--tier",
        "workspace-write",
        "--",
        "--json",
      ]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
      expect(stderr).toContain("Error (usage)");
    },
  );
});

let files = 0;

/** What the model was sent as the person's text. */
async function received(
  world: CliWorld,
  route: keyof typeof routes,
  text: string,
): Promise<string | undefined> {
  const name = `prompt-${++files}.md`;
  const given: { words: readonly string[]; file?: string; input?: string } = routes[route](text, name);
  if (given.file !== undefined) await writeFiles(world.workspace, { [name]: given.file });
  const words = ["consult", "--json", "--ephemeral", ...given.words];
  const result: CliResult = await world.run(words, given.input === undefined ? {} : { input: given.input });
  expect(result).toMatchObject({ exitCode: 0 });
  const request = world.model.requests.find(({ thread }) => thread === result.envelope.run?.thread);
  return request === undefined ? undefined : lastUserText(request);
}
