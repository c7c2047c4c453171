import { readdirSync } from "node:fs";
import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, vi } from "vitest";
import { gate } from "../../../src/rehearsal/gate.ts";
import { command, message } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { toolOutputs } from "../../../src/rehearsal/tool-outputs.ts";
import { makeHome } from "../../support/homes.ts";
import type { McpClient } from "../../support/mcp-client.ts";
import { type McpWorld, rootsOf, startMcpWorld } from "../../support/mcp-world.ts";
import { verifies } from "../../support/requirements.ts";

const log = { environment: { TANDEM_LOG: "info" } };

/** A run whose model thinks until `think` is opened, asked for by a server that waits for it. */
async function startThinking(world: McpWorld): Promise<Awaited<ReturnType<McpWorld["connect"]>>> {
  const client = await world.connect({ ...log, ...rootsOf(world.workspace) });
  client.call("consult", { question: "Think." }).catch(() => undefined);
  await world.model.waitForRequest(1);
  return client;
}

async function resultOf(world: McpWorld): Promise<string> {
  const again = await world.connect(rootsOf(world.workspace));
  return (await again.call("result", { waitSeconds: 30 })).text;
}

describe("the end of the server", () => {
  const ways: Record<string, (client: Awaited<ReturnType<typeof startThinking>>) => void> = {
    "the end of stdin": ({ child }) => child.stdin?.end(),
    SIGINT: ({ child }) => child.kill("SIGINT"),
    SIGTERM: ({ child }) => child.kill("SIGTERM"),
    "a stdout that nobody reads": (client) => {
      client.child.stdout?.destroy();
      client.send({ id: 99, method: "ping" });
    },
  };
  for (const [way, end] of Object.entries(ways)) {
    verifies("mcp.end", `${way} is a logged shutdown with code 0, and its run goes on`, async () => {
      const think = gate();
      const world = await startMcpWorld(() => message("Thought.", { after: think }));
      const client = await startThinking(world);
      end(client);
      const { code, stderr } = await client.ended;
      expect(code).toBe(0);
      expect(stderr).toMatch(/"level":"info","message":"shutdown","details":\{"reason":"/);
      expect(stderr).not.toContain("crash");
      expect(world.records()).toMatchObject([{ status: "running" }]);
      think.open();
      expect(await resultOf(world)).toContain("Thought.");
    });
  }

  verifies("mcp.end", "before the handshake it is one too", async () => {
    const world = await startMcpWorld(() => message("?"));
    const client = await world.connect({ isSilent: true, ...log });
    client.child.stdin?.end();
    expect((await client.ended).code).toBe(0);
  });

  verifies(
    "mcp.crash",
    "by a fault leaves a note on stderr and in the state root, which status tells",
    async () => {
      const world = await startMcpWorld(() => message("?"));
      const fault = join(makeHome("fault"), "fault.cjs");
      await writeFile(fault, 'process.on("SIGUSR2", () => { throw new Error("it broke"); });');
      const client = await world.connect({ environment: { NODE_OPTIONS: `--require ${fault}` } });
      client.child.kill("SIGUSR2");
      const { code, stderr } = await client.ended;
      expect(code).toBe(1);
      const { crash } = JSON.parse(stderr.trim().split("\n").at(-1) ?? "");
      const { version } = JSON.parse(await readFile(join(world.program, "..", "..", "package.json"), "utf8"));
      expect(crash).toMatchObject({
        server: "codex-tandem mcp",
        version,
        reason: expect.stringContaining("it broke"),
        reconnect: expect.stringContaining("/mcp"),
      });
      expect(JSON.parse(await readFile(join(world.stateRoot, "mcp-crash.json"), "utf8"))).toEqual(crash);
      const next = await world.connect(rootsOf(world.workspace));
      expect((await next.call("status")).remarks).toContain("This server ended by a fault at ");
    },
  );
});

describe("a Claude Code that was killed", () => {
  const brokers = (world: McpWorld) => world.processes().filter((line) => line.includes(" broker "));
  /** The server of a session, which has claimed what runs here. */
  const session = async (world: McpWorld, id: string) => {
    const client = await world.connect({
      environment: { CLAUDECODE: "1", CLAUDE_CODE_SESSION_ID: id, TANDEM_DIRECT: undefined },
      ...rootsOf(world.workspace),
    });
    await vi.waitFor(() => expect(readdirSync(join(world.stateRoot, "sessions"))).toContain(`${id}.json`));
    return client;
  };
  const die = async ({ child, ended }: McpClient) => {
    child.stdin?.end();
    await ended;
  };

  verifies("mcp.last-session", "takes idle brokers along, unless another session uses them", async () => {
    const world = await startMcpWorld(() => message("Yes."));
    const first = await session(world, "session-one-1");
    const second = await session(world, "session-two-2");
    expect((await first.call("consult", { question: "Q" })).text).toContain("Yes.");
    expect(brokers(world)).toHaveLength(1);
    await die(first);
    expect(brokers(world)).toHaveLength(1);
    expect(readdirSync(join(world.stateRoot, "sessions"))).toEqual(["session-two-2.json"]);
    await die(second);
    await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 20_000 });
  });

  verifies("mcp.last-session", "leaves a broker that works, and its run", async () => {
    const think = gate();
    const world = await startMcpWorld(() => message("Thought.", { after: think }));
    const client = await session(world, "session-one-1");
    await client.call("consult", { question: "Q", wait: false });
    await world.model.waitForRequest(1);
    await die(client);
    expect(world.records()).toMatchObject([{ status: "running" }]);
    think.open();
    const last = await session(world, "session-two-2");
    expect((await last.call("result", { waitSeconds: 30 })).text).toContain("Thought.");
    await die(last);
    await vi.waitFor(() => expect(world.processes()).toEqual([]), { timeout: 20_000 });
  });
});

describe("a server that nothing is right for", () => {
  verifies("mcp.always-up", "says that there is no Codex, and what to do", async () => {
    const world = await startMcpWorld(() => message("?"));
    const client = await world.connect({
      environment: { TANDEM_CODEX: undefined, PATH: "/nowhere" },
      ...rootsOf(world.workspace),
    });
    const { text, isError } = await client.call("status");
    expect(isError).toBe(false);
    expect(text).toMatch(/codex_not_installed/);
    expect(text).toContain("npm install --global @openai/codex");
    expect(await client.call("consult", { question: "Q" })).toMatchObject({
      isError: true,
      stub: { error: "codex_not_installed" },
    });
  });

  verifies("mcp.always-up", "starts with a broken setting and names it", async () => {
    const world = await startMcpWorld(() => message("Fine."));
    const client = await world.connect({
      environment: { TANDEM_MCP_WAIT_BUDGET: "soon", TANDEM_LOG_LEVEL: "loud" },
      ...rootsOf(world.workspace),
    });
    expect((await client.call("status")).remarks).toMatch(/TANDEM_MCP_WAIT_BUDGET/);
    expect((await client.call("consult", { question: "Q" })).text).toContain("Fine.");
  });

  verifies("mcp.always-up", "starts with a state folder that it may not use, and says so", async () => {
    const world = await startMcpWorld(() => message("?"));
    const file = join(makeHome("broken"), "file");
    await writeFile(file, "");
    const open = makeHome("open");
    await chmod(open, 0o777);
    for (const folder of [file, open]) {
      const client = await world.connect({
        environment: { TANDEM_HOME: folder },
        ...rootsOf(world.workspace),
      });
      const { text, isError } = await client.call("status");
      expect([folder, isError, text]).toEqual([folder, false, expect.stringContaining("state_unwritable")]);
      expect(text).toContain("Codex     0.");
      expect(await client.call("consult", { question: "Q" })).toMatchObject({
        isError: true,
        stub: { error: "state_unwritable" },
      });
      expect(await client.listTools()).toHaveLength(8);
    }
    const relative = await world.connect({ environment: { TANDEM_HOME: "state" } });
    expect(await relative.call("status")).toMatchObject({ isError: true, stub: { error: "usage" } });
  });

  verifies("mcp.always-up", "answers in a folder that is gone", async () => {
    const world = await startMcpWorld(() => message("?"));
    const client = await world.connect(rootsOf(world.workspace));
    await rm(world.workspace, { recursive: true });
    expect(await client.call("consult", { question: "Q" })).toMatchObject({
      isError: true,
      stub: { error: "workspace_gone" },
    });
    const { remarks, isError } = await client.call("status", { all: true });
    expect([isError, remarks]).toEqual([false, expect.stringContaining("Jobs are named from anywhere.")]);
    expect((await client.exchange("resources/read", { uri: "tandem://errors" })).error).toBeUndefined();
  });

  verifies("mcp.always-up", "survives messages that are none, and of any size", async () => {
    const world = await startMcpWorld(() => message("?"));
    const client = await world.connect(rootsOf(world.workspace));
    const { stdin } = client.child;
    for (const text of ["nonsense\n", "{}\n", "[]\n", "\n", '{"jsonrpc":"2.0"}\n', "\u0000\u0001\n"]) {
      stdin?.write(text);
    }
    const { isError, stub } = await client.call("consult", { question: "x".repeat(12_000_000) });
    expect([isError, stub]).toEqual([true, { ok: false, kind: "error", error: "usage" }]);
    const large = await client.call("consult", { question: "x".repeat(300_000) });
    expect(large.stub).toMatchObject({ error: "input_too_large" });
    expect(client.stray).toEqual([]);
  });
});

describe("what the server starts", () => {
  verifies(
    "mcp.environment",
    "has nothing of the client's secrets, in Codex and in its commands",
    async () => {
      const world = await startMcpWorld(() => sequence(command("env"), message("Seen.")));
      const secret = "hidden-0123456789";
      const client = await world.connect({
        environment: {
          ANTHROPIC_API_KEY: secret,
          CLAUDE_CODE_MESSAGING_TOKEN: secret,
          MCP_CLIENT_SECRET: secret,
          CLAUDECODE: "1",
          TANDEM_ENVIRONMENT_ALLOW: "ANTHROPIC_*,CLAUDE*,MCP_*",
        },
        ...rootsOf(world.workspace),
      });
      const seen: string[] = [];
      const looking = world.model.waitForRequest(1).then(async () => {
        for (const line of world.processes()) {
          const pid = line.split(" ")[0];
          if (line.includes("start.cjs mcp")) continue;
          seen.push(line, await readFile(`/proc/${pid}/environ`, "utf8").catch(() => ""));
        }
      });
      await client.call("consult", { question: "What do you see?" });
      await looking;
      const printed = world.model.requests.flatMap((request) => toolOutputs(request)).at(-1)?.text ?? "";
      expect(printed).toContain("CLAUDECODE=1");
      expect(seen.join("\n")).toContain("app-server");
      expect(`${printed}${seen.join("\n")}`).not.toContain(secret);
    },
  );
});

describe("the log", () => {
  verifies("mcp.log", "comes at its level on stderr, and in the file that is named", async () => {
    const world = await startMcpWorld(() => message("?"));
    const file = join(makeHome("log"), "mcp.log");
    const client = await world.connect({ environment: { TANDEM_LOG: "debug", TANDEM_LOG_FILE: file } });
    await client.call("status");
    client.child.stdin?.end();
    const { stderr } = await client.ended;
    for (const text of [stderr, await readFile(file, "utf8")]) {
      expect(text).toContain('"message":"a call has ended","details":{"tool":"status"');
      expect(text).toContain('"message":"shutdown"');
    }
    const quiet = await world.connect();
    await quiet.call("status");
    quiet.child.stdin?.end();
    expect((await quiet.ended).stderr).toBe("");
  });
});
