import { expect } from "vitest";
import { canonicalJson, fingerprintOf, type ServerSurface, surfaceOf } from "../../../scripts/surface.ts";
import { surfaceFingerprint } from "../../../src/setup/surface-fingerprint.ts";
import { instructions } from "../../../src/surfaces/mcp/instructions.ts";
import { resources, resourceTemplates } from "../../../src/surfaces/mcp/resources.ts";
import { findTool, listTools } from "../../../src/surfaces/mcp/tools/all-tools.ts";
import { verifies } from "../../support/requirements.ts";

const tools = listTools();
const server = { instructions, tools, resources, templates: resourceTemplates } as unknown as ServerSurface;

verifies("mcp.list", "the list is small, and each description fits what clients show", () => {
  expect(tools.map(({ name }) => name)).toEqual([
    "consult",
    "review",
    "task",
    "delegate",
    "result",
    "status",
    "reply",
    "cancel",
  ]);
  expect(JSON.stringify({ tools }).length).toBeLessThanOrEqual(16_384);
  for (const { name, description = "" } of tools) expect(description.length, name).toBeLessThanOrEqual(1_000);
  expect(instructions.length).toBeLessThanOrEqual(2_048);
});

verifies(
  "mcp.list",
  "every tool that starts a run says what leaves the machine, what it costs and how long it takes",
  () => {
    for (const name of ["consult", "review", "task", "reply"]) {
      const { description = "", inputSchema } = tools.find((tool) => tool.name === name) ?? {
        inputSchema: {},
      };
      expect(description, name).toMatch(/leaves the machine|model provider/i);
      expect(description, name).toMatch(/costs tokens/i);
      expect(description, name).toMatch(/report only/i);
      expect(Object.keys(inputSchema.properties ?? {}), name).toContain("dryRun");
    }
    const task = tools.find(({ name }) => name === "task");
    expect(task?.annotations).toMatchObject({ destructiveHint: true, readOnlyHint: false });
    expect(
      tools.filter(({ annotations }) => annotations?.readOnlyHint === true).map(({ name }) => name),
    ).toEqual(["consult", "review", "result", "status"]);
  },
);

verifies("mcp.list", "no tool has an output schema, which would hide the text from the model", () => {
  for (const tool of tools) {
    expect(tool.outputSchema).toBeUndefined();
    expect(tool.inputSchema).toMatchObject({ type: "object", additionalProperties: false });
    expect(tool._meta).toMatchObject({ "anthropic/maxResultSizeChars": 200_000 });
  }
  expect(["hook_slash", "hook_call", "hook_agent"].map((name) => findTool(name)?.isHidden)).toEqual([
    true,
    true,
    true,
  ]);
});

verifies("mcp.surface", "what clients rely on is what it was", async () => {
  const surface = surfaceOf(server);
  await expect(`${canonicalJson(surface, 2)}\n`).toMatchFileSnapshot("snapshots/surface.txt");
  // The committed word was made from the running server: the same as what these sources say.
  expect(fingerprintOf(surface)).toBe(surfaceFingerprint());
});

verifies("mcp.surface", "the fingerprint changes with every part of it", () => {
  const [first, ...others] = server.tools;
  if (first === undefined) throw new Error("There is no tool.");
  const changed: readonly ServerSurface[] = [
    { ...server, instructions: `${instructions} ` },
    { ...server, tools: others },
    { ...server, tools: [{ ...first, description: "" }, ...others] },
    { ...server, resources: [] },
  ];
  const words = [server, ...changed].map((each) => fingerprintOf(surfaceOf(each)));
  expect(new Set(words).size).toBe(words.length);
});
