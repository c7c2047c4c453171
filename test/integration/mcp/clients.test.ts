import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { describe, expect, onTestFinished, vi } from "vitest";
import { fromJSONSchema } from "zod";
import type { Envelope } from "../../../src/domain/envelope.ts";
import { message } from "../../../src/rehearsal/replies.ts";
import { envelopeShape } from "../../../src/report/envelope-schema.ts";
import { filesBelow, git, inTurn, writeFiles } from "../../support/cli-world.ts";
import { makeHome } from "../../support/homes.ts";
import { type McpWorld, rootsOf, startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";
import { reviewer, reviewerJson } from "../../support/reviewer.ts";

/** The official client, connected to a server of this world. */
async function connectOfficially(world: McpWorld): Promise<Client> {
  const client = new Client({ name: "official", version: "1.0.0" });
  onTestFinished(async () => client.close());
  const { command, parameters } = world.server;
  await client.connect(
    new StdioClientTransport({
      command,
      args: [...parameters],
      cwd: world.workspace,
      env: { ...world.environment },
    }),
  );
  return client;
}

/** A folder outside of every repository. */
async function plainFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tandem-other-")));
  onTestFinished(async () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

function textOf({ content }: { readonly content?: unknown }): string {
  return (content as readonly { readonly text?: string }[])[0]?.text ?? "";
}

describe("the official client", () => {
  verifies("mcp.handshake", "shakes hands, lists, calls, reads and takes back", async () => {
    const world = await startMcpWorld(() => message("Use a queue."));
    const client = await connectOfficially(world);
    expect(client.getServerVersion()).toMatchObject({ name: "codex-tandem" });
    expect(client.getInstructions()).toMatch(/^These tools ask OpenAI Codex/);
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("consult");
    const values = { name: "consult", arguments: { question: "How?" } };
    const told: unknown[] = [];
    const answer = await client.callTool(values, { onprogress: (progress) => told.push(progress) });
    expect(textOf(answer)).toContain("Use a queue.");
    expect(answer.structuredContent).toBeUndefined();
    expect(told.length).toBeGreaterThan(0);
    expect(textOf(await client.callTool({ name: "consult", arguments: { question: 7 } }))).toMatch(
      /^Error \(usage\): `question` must be a text\./,
    );
    await expect(client.callTool({ name: "no_such", arguments: {} })).rejects.toThrow(
      "There is no such tool.",
    );
    const hidden = await client.callTool({ name: "hook_slash", arguments: { command: "codex:status" } });
    expect(textOf(hidden)).toContain('"decision":"block"');
  });
});

describe("resources", () => {
  verifies("mcp.resources", "schema, errors, jobs and patches can be read, and nothing else", async () => {
    const world = await startMcpWorld(() => message("Yes."));
    const client = await connectOfficially(world);
    const read = async (uri: string) => (await client.readResource({ uri })).contents[0];
    expect((await client.listResources()).resources.map(({ uri }) => uri)).toEqual([
      "tandem://schema",
      "tandem://errors",
    ]);
    expect(
      (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    ).toEqual(["tandem://jobs/{id}", "tandem://jobs/{id}/patch"]);
    expect(await read("tandem://errors")).toMatchObject({
      mimeType: "text/markdown",
      text: expect.stringContaining("| `workspace_gone` |"),
    });
    await client.callTool({ name: "consult", arguments: { question: "Well?", wait: false } });
    const { id = "" } = world.records()[0] ?? {};
    await vi.waitFor(() => expect(world.records()).toMatchObject([{ status: "succeeded" }]), {
      timeout: 20_000,
    });
    expect(world.records()[0]?.readAt).toBeUndefined();
    for (const name of [id, id.slice(-6)]) {
      const job = await read(`tandem://jobs/${name}`);
      expect(JSON.parse((job as { text: string }).text)).toMatchObject(world.storedResult(id));
    }
    expect(world.records()[0]?.readAt).toBeDefined();
    await expect(read(`tandem://jobs/${id}/patch`)).rejects.toThrow("There is no such resource.");
    const patch = "diff --git a/x b/x\n+caf\u00e9\n";
    const path = join(world.stateRoot, "jobs", id, "patch.diff");
    await writeFile(path, patch, { mode: 0o600 });
    expect(await read(`tandem://jobs/${id}/patch`)).toMatchObject({ mimeType: "text/x-diff", text: patch });
    const bytes = Buffer.from([0x2b, 0xff, 0xfe, 0x0a]);
    await writeFile(path, bytes, { mode: 0o600 });
    expect(await read(`tandem://jobs/${id}/patch`)).toMatchObject({ blob: bytes.toString("base64") });
    for (const uri of [
      "tandem://jobs/nope",
      "tandem://jobs/../../etc/passwd",
      `tandem://jobs/${id}/patch/../result.json`,
      "tandem://other",
      "file:///etc/passwd",
    ]) {
      await expect(read(uri), uri).rejects.toThrow(/job_not_found|no such resource/i);
    }
  });

  verifies("mcp.resources", "every envelope of every tool is as the published schema says", async () => {
    const world = await startMcpWorld(
      (root) =>
        reviewer(
          ["git diff HEAD"],
          reviewerJson("patch is incorrect", [{ path: join(root, "a.txt"), start: 2 }]),
        ),
      { committed: { "a.txt": "one\ntwo\n" }, changed: { "a.txt": "one\nTWO\n" } },
    );
    const client = await world.connect(rootsOf(world.workspace));
    const { contents } = await client.request<{ contents: { text: string }[] }>("resources/read", {
      uri: "tandem://schema",
    });
    const published = fromJSONSchema(JSON.parse(contents[0]?.text ?? ""));
    await client.call("review");
    await client.call("consult", { question: "Q?", findings: true });
    await client.call("task", { task: "T.", write: true });
    const names = world.records().map(({ id }) => id.slice(-6));
    const whole = await Promise.all(
      [{ jobs: names }, ...names.map((job) => ({ job }))].map(async (values) =>
        client.call("result", { ...values, format: "json" }),
      ),
    );
    const envelopes: unknown[] = whole.map(({ text }) => JSON.parse(text));
    expect(envelopes).toHaveLength(4);
    for (const envelope of envelopes) {
      expect(envelopeShape.safeParse(envelope).error).toBeUndefined();
      expect(published.safeParse(envelope).error).toBeUndefined();
      expect(published.safeParse({ ...(envelope as Envelope), extra: 1 }).success).toBe(false);
    }
  });
});

describe("where a call works", () => {
  verifies(
    "mcp.workspace",
    "is the client's folder; an argument chooses among them, and files stay inside",
    async () => {
      const world = await startMcpWorld(() => message("Read."), {
        changed: { "a.txt": "inside\n", "deep/b.txt": "" },
      });
      const other = makeHome("other");
      await writeFiles(other, { "c.txt": "outside\n" });
      const client = await world.connect({ cwd: other, ...rootsOf(world.workspace) });
      const ask = async (values: object) => client.call("consult", { question: "Q", ...values });
      await ask({ files: ["a.txt"] });
      expect(JSON.stringify(world.model.requests[0]?.input)).toContain("inside");
      await ask({ workspace: "deep" });
      expect(world.records().map(({ workspace }) => workspace)).toEqual([
        world.workspace,
        join(world.workspace, "deep"),
      ]);
      for (const values of [
        { workspace: other },
        { workspace: ".." },
        { files: [join(other, "c.txt")] },
        { images: ["../x.png"] },
      ]) {
        const { text, isError, stub } = await ask(values);
        expect([isError, stub["error"]]).toEqual([true, "usage"]);
        expect(text.replaceAll(/\s+/g, " ")).toContain("leads out of the folders that this client works in");
        expect(text).toContain("mcp_folders");
        expect(text).not.toContain("c.txt");
      }
      expect(world.records()).toHaveLength(2);
    },
  );

  verifies("mcp.workspace", "may be one that the person has opened in their own settings", async () => {
    const world = await startMcpWorld(() => message("Read."));
    const other = makeHome("other");
    const settings = join(makeHome("settings"), "config.toml");
    await writeFile(settings, `mcp_folders = [${JSON.stringify(other)}]\n`);
    const client = await world.connect({
      environment: { TANDEM_CONFIG: settings },
      ...rootsOf(world.workspace),
    });
    expect(await client.call("consult", { question: "Q", workspace: other })).toMatchObject({
      isError: false,
    });
    // Variables come with a repository; they open nothing.
    const bare = await world.connect({
      environment: { TANDEM_MCP_FOLDERS: other },
      ...rootsOf(world.workspace),
    });
    expect(await bare.call("consult", { question: "Q", workspace: other })).toMatchObject({ isError: true });
  });

  verifies(
    "mcp.workspace",
    "is told where the client does not name it, and asked again when it changes",
    async () => {
      const world = await startMcpWorld(() => message("Read."));
      const other = await plainFolder();
      const project = await world.connect({
        cwd: other,
        environment: { CLAUDECODE: "1", CLAUDE_PROJECT_DIR: world.workspace },
      });
      expect((await project.call("consult", { question: "Q" })).remarks).toBe("");
      expect(world.records()[0]?.workspace).toBe(world.workspace);
      const bare = await world.connect();
      expect((await bare.call("status")).remarks).toContain("The client names no folder");
      const roots = [world.workspace, other];
      const moving = await world.connect({
        answers: { "roots/list": () => ({ roots: [{ uri: `file://${roots.shift()}` }] }) },
        capabilities: { roots: { listChanged: true } },
      });
      for (let round = 0; round < 2; round += 1) {
        await moving.call("consult", { question: "Q", wait: false });
        moving.notify("notifications/roots/list_changed");
      }
      expect(
        world
          .records()
          .slice(1)
          .map(({ workspace }) => workspace),
      ).toEqual([world.workspace, other]);
      await moving.call("result", { jobs: world.records().map(({ id }) => id), waitSeconds: 30 });
    },
  );
});

describe("the words of a result", () => {
  verifies("mcp.errors", "name tools and no commands, in lists as well", async () => {
    const world = await startMcpWorld(() => message("Yes."));
    const client = await world.connect(rootsOf(world.workspace));
    const questions = Array.from({ length: 14 }, (_, index) => `Q${index}`);
    // All of them have ended only where none outlasts a call: each has a Codex of its own.
    await inTurn(questions, 4, async (question) => client.call("consult", { question }));
    const { text } = await client.call("status");
    expect(text).toMatch(/… and 2 older\n/);
    expect(text).not.toMatch(/tandem [a-z]|--[a-z]/);
  });
});

describe("tools for our own hooks", () => {
  verifies(
    "mcp.hooks",
    "can be called and are not listed, and their answers end a slash command",
    async () => {
      const world = await startMcpWorld(() => message("Forty-two."));
      const client = await world.connect(rootsOf(world.workspace));
      expect(
        (await client.listTools()).map(({ name }) => name).filter((name) => name.startsWith("hook")),
      ).toEqual([]);
      await client.call("consult", { question: "How many?" });
      const ask = async (command: string, args: string, cwd = world.workspace) => {
        const { text, isError } = await client.call("hook_slash", {
          command,
          args,
          cwd,
          session: "s",
          prompt: "p",
        });
        expect(isError).toBe(false);
        const output = JSON.parse(text) as { decision: string; reason: string };
        expect(output.decision).toBe("block");
        return output.reason;
      };
      expect(await ask("codex:status", "")).toContain("How many?");
      expect(await ask("codex:status", "--all", "/nowhere")).toContain("How many?");
      expect(await ask("codex:result", "--show")).toContain("Forty-two.");
      expect(await ask("codex:cancel", "zzzzzz")).toContain("Error (job_not_found)");
      expect(await ask("codex:status", '"; $(id) `x`')).toMatch(/Error \(/);
      expect(world.model.requests).toHaveLength(1);
    },
  );
});

verifies(
  "mcp.dry-run",
  "a client that only looks changes nothing in the folder or in Codex's home",
  async () => {
    const world = await startMcpWorld(() => message("?"), { committed: { "a.txt": "one\n" } });
    const before = [filesBelow(world.codexHome), git(world.workspace, "status", "--porcelain", "--ignored")];
    const client = await world.connect(rootsOf(world.workspace));
    await client.listTools();
    for (const name of ["status", "result"]) await client.call(name);
    for (const values of [{ dryRun: true }]) {
      await client.call("consult", { question: "Q", ...values });
      await client.call("review", values);
      await client.call("task", { task: "T", write: true, ...values });
    }
    expect([filesBelow(world.codexHome), git(world.workspace, "status", "--porcelain", "--ignored")]).toEqual(
      before,
    );
    expect(world.records()).toEqual([]);
  },
);
