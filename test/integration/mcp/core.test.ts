import { expect } from "vitest";
import { message } from "../../../src/rehearsal/replies.ts";
import { startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";

verifies("mcp.handshake", "a client shakes hands by hand, after a probe for a later protocol", async () => {
  const world = await startMcpWorld(() => message("?"));
  const client = await world.connect({ isSilent: true });
  const probe = await client.exchange("server/discover", {
    _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" },
  });
  expect(probe.error?.code).toBe(-32601);
  const { result } = await client.initialize();
  expect(result).toMatchObject({
    protocolVersion: "2025-11-25",
    serverInfo: { name: "codex-tandem" },
    capabilities: { tools: {}, resources: {} },
  });
  expect(await client.request("ping")).toEqual({});
  expect((await client.exchange("prompts/list")).error?.code).toBe(-32601);
  expect(client.stray).toEqual([]);
});

verifies("mcp.consult", "a question is answered by the real Codex, and the answer is text", async () => {
  const world = await startMcpWorld(() => message("Use a queue."));
  const client = await world.connect();
  const { text, isError, stub } = await client.call("consult", { question: "How to order the jobs?" });
  const [job] = world.records();
  expect(text).toMatch(/^Consult: How to order the jobs\?\njob [a-z]{6} · app-server · /);
  expect(text).toContain("\nUse a queue.\n");
  expect(text).toContain(`/codex:reply ${job?.id.slice(-6)} … (for a model: \`reply\`) goes on with it.`);
  expect(isError).toBe(false);
  expect(stub).toEqual({
    ok: true,
    kind: "consult",
    job: job?.id,
    status: "succeeded",
    uri: `tandem://jobs/${job?.id}`,
  });
  expect(job).toMatchObject({ status: "succeeded", askedBy: "mcp", readAt: expect.any(String) });
});
