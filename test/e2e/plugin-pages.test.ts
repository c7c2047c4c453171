import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect } from "vitest";
import { shortJobId } from "../../src/domain/job.ts";
import { gatePlaces } from "../../src/jobs/gate/gate-places.ts";
import { readGateState } from "../../src/jobs/gate/gate-state.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { command, message, toolCall } from "../../src/rehearsal/replies.ts";
import { asks, byThread, type Entry, firstOf, sequence, when } from "../../src/rehearsal/script.ts";
import { plainPng } from "../../src/rehearsal/scripted-images.ts";
import type { CliWorld } from "../support/cli-world.ts";
import { repository } from "../support/repository.ts";
import { verifies } from "../support/requirements.ts";
import { reviewer, reviewerJson } from "../support/reviewer.ts";
import { withEachClient } from "./support/clients.ts";
import type { Rule } from "./support/messages-endpoint.ts";
import { calls, says } from "./support/messages-reply.ts";
import type { MessagesRequest } from "./support/messages-request.ts";
import { ourServer, ourTool, startPluginWorld } from "./support/plugin-world.ts";

const pages = readdirSync(join(repository, "plugin", "commands")).map((file) => basename(file, ".md"));
const picture = plainPng(160, 90, [200, 30, 30]);
const toolText = ({ toolResults }: MessagesRequest) => toolResults.map(({ text }) => text).join("\n");

/** A model that does what the note of a command says, and shows what the tool gave, or what stands in the note. */
const obedient: readonly Rule[] = [
  { when: ({ toolResults }) => toolResults.length > 0, reply: (request) => says(toolText(request)) },
  { when: "Shape a prompt from it", reply: calls(ourTool("task"), { task: "Hello, shaped." }) },
  {
    when: ({ newest }) => /Get (?:its answer|the answer of Codex job \w+): result \{/.test(newest),
    reply: ({ newest }) => calls(ourTool("result"), JSON.parse(/: result (\{.*\})/.exec(newest)?.[1] ?? "")),
  },
  {
    when: () => true,
    reply: ({ newest }) => says(newest.slice(newest.indexOf("The stored result of Codex job"))),
  },
];

/** Does what the prompt says; where it says nothing that is known here, it reviews. */
function codexOf(held: Promise<void>): Entry {
  return byThread((first) => {
    if (asks("add a line")(first)) return sequence(command("echo two >> a.txt"), message("I added a line."));
    if (asks("a red dot")(first)) {
      return sequence(toolCall("imagegen", { prompt: "a red dot" }, "image_gen"), message('{"status":"ok"}'));
    }
    if (asks("Why so?")(first)) return message('{"status":"ok","result":{"summary":"So."}}');
    return firstOf(
      when(asks("slowly"), async () => {
        await held;
        return message("Codex says hello, late.");
      }),
      when(asks("Hello"), message("Codex says hello.")),
      reviewer(["cat a.txt"], reviewerJson("patch is correct")),
    );
  });
}

withEachClient((client) => {
  verifies("plugin.commands.pages", "each command does what it promises, and ends", async () => {
    const held = gate();
    const { tandem, endpoint, host } = await startPluginWorld({
      client,
      committed: { "a.txt": "one\n" },
      codex: { isLoggedIn: true },
      images: () => picture,
      codexScript: () => codexOf(held.opened),
      script: obedient,
    });
    const { ask, waitForServer, end, questions } = await host();
    await waitForServer(ourServer);
    const used = new Set<string>();
    /** Types a command; what is seen has to fit, and so has the number of requests to Claude's model. */
    const type = async (line: string, requests: number, seen: RegExp): Promise<void> => {
      used.add(/^\S+/.exec(line)?.[0] ?? "");
      const past = endpoint.requests.length;
      const { subtype, result } = await ask(`/codex:${line}`);
      expect([line, subtype, endpoint.requests.length - past]).toEqual([line, "success", requests]);
      expect(result).toMatch(seen);
    };
    const last = () => shortJobId(tandem.records().at(-1)?.id ?? "");
    const file = () => readFileSync(join(tandem.workspace, "a.txt"), "utf8");

    await type(
      "dry-run delegate add a line",
      0,
      /DRY RUN: nothing was started, nothing was sent\s+Delegate\b/,
    );
    await type("dry-run rescue add a line", 0, /DRY RUN: nothing was started, nothing was sent\s+Task\b/);
    expect(tandem.records()).toEqual([]);

    await type("delegate add a line", 2, /^Delegate: add a line\n[^]*\nReceipt: [^]*\/codex:apply \w+/);
    await type(
      `apply ${last()}`,
      0,
      /Nothing was applied, as nobody confirmed it[^]*\/codex:apply \w+ --yes/,
    );
    expect(file()).toBe("one\n");
    await type(`apply ${last()} --yes`, 0, /Applied the patch of job \w+ to 1 file/);
    expect(file()).toBe("one\ntwo\n");
    await type(`apply --yes ${last()}`, 0, /is applied already/);
    expect(file()).toBe("one\ntwo\n");
    await type("delegate-async add a line", 0, /works on it in the background: job \w+ \(delegate\)/);
    await type("watch", 2, /^Delegate: add a line\n/);
    await type(`result ${last()}`, 1, /^The stored result of Codex job[^]*\nReceipt: /);
    await type(`result ${last()} --show`, 0, /Delegate: add a line[^]*\/codex:apply /);

    await type("review", 2, /^Review of uncommitted changes\n/);
    await type("adversarial-review", 2, /^Adversarial review of uncommitted changes\n/);
    await type("consult Hello?", 2, /^Consult[^\n]*\n[^]*Codex says hello\./i);
    await type("task Hello, you.", 2, /^Task: Hello, you\.\n[^]*Codex says hello\./);
    await type(`reply ${last()} Hello again.`, 2, /^Task: Hello again\.\n[^]*Codex says hello\./);
    await type("rescue Hello?", 2, /^Task: Hello, shaped\.\n[^]*Codex says hello\./);
    await type("image --out dot.png a red dot", 2, /\/dot\.png \(\d+ B, image\/png\)/);
    expect(readFileSync(join(tandem.workspace, "dot.png")).equals(picture)).toBe(true);
    await type("operator", 0, /analyze +built-in/);
    await type('operator analyze --input "question=Why so?"', 2, /^Operator: analyze[^]*"summary": "So\."/);

    await type("consult --background slowly, please", 0, /works on it in the background/);
    await type(
      `status ${last()}`,
      0,
      /(?:queued|starting|thinking) · [^]*\/codex:watch \w+\n {2}\/codex:cancel/,
    );
    await type("cancel", 0, /was cancelled/);
    held.open();
    await type("status", 0, /Ended \(\d+\)/);
    await type(`status ${last()}`, 0, /cancelled[^]*\/codex:result \w+/);

    await type("gate", 0, /The review gate is off/);
    expect(await end()).toMatchObject({ exitCode: 0 });
    used.add("setup");
    expect(pages.filter((page) => !used.has(page))).toEqual([]);
    // Typing a command was the permission for all that it needs.
    expect(questions.items).toEqual([]);
    expect(existsSync(join(tandem.workspace, "b.txt"))).toBe(false);
  });

  verifies("plugin.setup.gate", "the review gate is switched by setup, and no model is asked", async () => {
    const { tandem, endpoint, host } = await startPluginWorld({
      client,
      committed: { "a.txt": "one\n" },
      codexScript: () => message(""),
      script: [],
    });
    const { ask, waitForServer } = await host();
    await waitForServer(ourServer);
    const setup = async (flags: string) => String((await ask(`/codex:setup ${flags}`))["result"]);
    expect(await setup("--enable-review-gate")).toMatch(
      /\nGate {6}The review gate is on for [^]*\n {10}What it costs:[^]*\n {10}Loop risk:/,
    );
    expect(isGateOn(tandem)).toBe(true);
    expect(await setup("--enable-review-gate --disable-review-gate")).toContain("cannot be used with");
    expect(isGateOn(tandem)).toBe(true);
    expect(await setup("--disable-review-gate")).toMatch(/\nGate {6}The review gate is off for /);
    expect(isGateOn(tandem)).toBe(false);
    expect(endpoint.requests).toEqual([]);
    expect(tandem.model.requests).toEqual([]);
  });
});

function isGateOn({ stateRoot, workspace }: CliWorld): boolean {
  const read = readGateState(gatePlaces(stateRoot, workspace));
  return read.found === "state" && read.state.isOn;
}
