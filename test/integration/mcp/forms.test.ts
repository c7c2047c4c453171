import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { askUser, command, items, message } from "../../../src/rehearsal/replies.ts";
import type { Entry } from "../../../src/rehearsal/script.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { toolOutputs } from "../../../src/rehearsal/tool-outputs.ts";
import { makeHome } from "../../support/homes.ts";
import type { ClientAnswer, McpClient, McpMessage } from "../../support/mcp-client.ts";
import { type McpWorld, rootsOf, startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";

interface FormWorld extends McpWorld {
  readonly client: McpClient;
  readonly forms: McpMessage[];
}

/** A client whose person fills in forms by `answer`. */
async function startFormWorld(script: Entry, answer: ClientAnswer): Promise<FormWorld> {
  const world = await startMcpWorld(() => script);
  const forms: McpMessage[] = [];
  const { answers, capabilities } = rootsOf(world.workspace);
  const client = await world.connect({
    answers: {
      ...answers,
      "elicitation/create": (message) => {
        forms.push(message);
        return answer(message);
      },
    },
    capabilities: { ...capabilities, elicitation: {} },
  });
  return { ...world, client, forms };
}

const never: ClientAnswer = async () => new Promise(() => undefined);
const outside = () => join(makeHome("outside"), "made");
const step = (path: string) => command(`touch ${path}`, { escalated: { justification: "May I?" } });
const lastOutput = ({ model }: McpWorld) =>
  model.requests.flatMap((request) => toolOutputs(request)).at(-1)?.text;

describe("a form for what Codex asks", () => {
  verifies("mcp.forms", "that a person fills in may accept, while the call waits", async () => {
    const path = outside();
    const world = await startFormWorld(sequence(step(path), message("Done.")), () => ({
      action: "accept",
      content: { tandem_decision: "accept" },
    }));
    const { text } = await world.client.call("task", { task: "Touch.", approvals: "ask" });
    expect(text).toContain("Done.");
    expect(existsSync(path)).toBe(true);
    expect(world.forms).toHaveLength(1);
    expect(world.forms[0]?.params).toMatchObject({
      message: expect.stringContaining(`touch ${path}`),
      requestedSchema: { properties: { tandem_decision: { enum: ["decline", "accept", "cancel"] } } },
    });
    // Claude Code 2.1.197 refuses a form that names its mode.
    expect(world.forms[0]?.params).not.toHaveProperty("mode");
    expect(text).toMatch(/outside/i);
  });

  for (const [name, answer] of Object.entries({
    declined: { action: "decline" },
    closed: { action: "cancel" },
    "filled in without a yes": { action: "accept", content: { tandem_decision: "decline" } },
    "filled in with nonsense": { action: "accept", content: { tandem_decision: ["accept"] } },
  })) {
    verifies("mcp.forms", `that is ${name} declines, and the run goes on`, async () => {
      const path = outside();
      const world = await startFormWorld(sequence(step(path), message("Then not.")), () => answer);
      const { text } = await world.client.call("task", { task: "Touch.", approvals: "ask" });
      expect(text).toContain("Then not.");
      expect(existsSync(path)).toBe(false);
      expect(lastOutput(world)).toMatch(/rejected by user/);
    });
  }

  verifies("mcp.forms", "asks questions, and its answers reach the model", async () => {
    const ask = askUser({ id: "colour", question: "Which colour?", options: ["red", "blue"] });
    const world = await startFormWorld(sequence(ask, message("Painted.")), () => ({
      action: "accept",
      content: { colour: "blue" },
    }));
    const { text } = await world.client.call("task", { task: "Paint.", approvals: "ask" });
    expect(text).toContain("Painted.");
    expect(lastOutput(world)).toContain("blue");
  });

  verifies("mcp.forms", "is put for a run in the background too, for each request once", async () => {
    const [one, two] = [outside(), outside()];
    const world = await startFormWorld(sequence(items([step(one), step(two)]), message("Done.")), (form) => ({
      action: "accept",
      content: { tandem_decision: JSON.stringify(form.params).includes(one) ? "accept" : "decline" },
    }));
    await world.client.call("task", { task: "Touch.", approvals: "ask", wait: false });
    const { text } = await world.client.call("result", { waitSeconds: 40 });
    expect(text).toContain("Done.");
    expect(world.forms).toHaveLength(2);
    expect([existsSync(one), existsSync(two)]).toEqual([true, false]);
  });

  verifies(
    "mcp.forms",
    "is taken back when somebody else has answered, and a late answer changes nothing",
    async () => {
      const path = outside();
      const world = await startFormWorld(sequence(step(path), message("Then not.")), never);
      const call = world.client.call("task", { task: "Touch.", approvals: "ask" });
      await vi.waitFor(() => expect(world.forms).toHaveLength(1), { timeout: 20_000 });
      const job = world.records()[0]?.id ?? "";
      const declined = await world.run(["answer", job, "decline"]);
      expect(declined.exitCode).toBe(0);
      expect((await call).text).toContain("Then not.");
      // The form is put beside the call, so its end may come after the answer.
      await vi.waitFor(() => {
        const takenBack = world.client.received.filter(({ method }) => method === "notifications/cancelled");
        expect(takenBack.map(({ params }) => params?.["requestId"])).toEqual([world.forms[0]?.id]);
      });
      world.client.send({
        id: world.forms[0]?.id,
        result: { action: "accept", content: { tandem_decision: "accept" } },
      });
      expect((await world.client.call("status")).isError).toBe(false);
      expect(existsSync(path)).toBe(false);
    },
  );

  verifies("mcp.forms", "stays out where the client has none: the request waits for a terminal", async () => {
    const world = await startMcpWorld(() => sequence(step(outside()), message("Then not.")));
    const client = await world.connect({
      environment: { TANDEM_MCP_WAIT_BUDGET: "1s" },
      ...rootsOf(world.workspace),
    });
    const { text } = await client.call("task", { task: "Touch.", approvals: "ask" });
    const job = world.records()[0]?.id.slice(-6) ?? "";
    await vi.waitFor(() => expect(world.records()[0]?.pending).toHaveLength(1), { timeout: 20_000 });
    const later = await client.call("result", { job });
    expect(`${text}${later.text}`).toContain(`tandem answer ${job} decline`);
    expect(later.text).toContain(`The tool \`reply\` with \`decision: "decline"\` turns it down.`);
    await client.call("cancel", { job });
  });

  verifies("mcp.forms", "is put again by a server that takes the waiting over", async () => {
    const path = outside();
    const world = await startFormWorld(sequence(step(path), message("Then not.")), never);
    world.client.call("task", { task: "Touch.", approvals: "ask" }).catch(() => undefined);
    await vi.waitFor(() => expect(world.forms).toHaveLength(1), { timeout: 20_000 });
    world.client.child.kill("SIGKILL");
    await world.client.ended;
    const { answers, capabilities } = rootsOf(world.workspace);
    const next = await world.connect({
      answers: { ...answers, "elicitation/create": () => ({ action: "decline" }) },
      capabilities: { ...capabilities, elicitation: { form: {} } },
    });
    expect((await next.call("result", { waitSeconds: 40 })).text).toContain("Then not.");
    expect(existsSync(path)).toBe(false);
  });
});
