// What the plugin adds to Claude Code: until the model is asked for the first time, at a slash command, and at each stop.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { clients } from "../scripts/clients.mjs";
import { measure, program } from "./measure.mjs";
import { timed } from "./timing.mjs";

/** Medians in milliseconds, by name; all in one run, taking turns. */
export async function measureClaudeCode(repository, runs, world) {
  const folder = mkdtempSync(join(tmpdir(), "tandem-claude-"));
  const endpoint = await startEndpoint();
  const ours = join(repository, "plugin");
  const [empty, hooked] = [join(folder, "empty"), join(folder, "hooked")];
  await writeEmptyServer(repository, empty);
  writeHook(hooked);
  const start = startClaude(world, folder, endpoint.url);
  const session = await openSession(start, [ours, hooked]);
  try {
    const programs = {
      bare: program("-e", "0"),
      stop: () => timed(async () => runStopHook(ours, world)),
      withEmpty: () => endpoint.untilAsked(start(["-p", "hello", "--plugin-dir", empty])),
      withOurs: () => endpoint.untilAsked(start(["-p", "hello", "--plugin-dir", ours])),
      slash: () => timed(async () => session.ask("/codex:status")),
      hook: () => timed(async () => session.ask("/hooked:status")),
    };
    await measure(programs, 2, world);
    const { bare, stop, withEmpty, withOurs, slash, hook } = await measure(programs, runs, world);
    return {
      "Claude Code: Stop hook, gate off": stop,
      "Claude Code: a bare Node": bare,
      "Claude Code: first request, beyond an empty server's": withOurs - withEmpty,
      "Claude Code: /codex:status": slash,
      "Claude Code: the same by a Node hook": hook,
    };
  } finally {
    await session.end();
    await endpoint.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** As Claude Code starts it. */
async function runStopHook(plugin, { workspace, environment }) {
  const { hooks } = JSON.parse(readFileSync(join(plugin, "hooks", "hooks.json"), "utf8"));
  const env = { ...environment, CLAUDE_PLUGIN_ROOT: plugin, CLAUDE_PROJECT_DIR: workspace };
  const child = spawn("/bin/sh", ["-c", hooks.Stop[0].hooks[0].command], {
    cwd: workspace,
    env,
    stdio: "ignore",
  });
  const [exitCode] = await once(child, "close");
  if (exitCode !== 0) throw new Error(`The hook ended with ${exitCode}.`);
}

/** A model that says nothing: what counts is when it is asked. */
async function startEndpoint() {
  let asked = () => undefined;
  const server = createServer((request, response) => {
    if (request.method === "POST") asked();
    request.resume();
    response.writeHead(request.method === "POST" ? 400 : 200).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    untilAsked: async (child) => {
      const start = performance.now();
      const duration = await new Promise((resolve, reject) => {
        asked = () => resolve(performance.now() - start);
        child.once("close", () => reject(new Error("Claude Code ended without a word to its model.")));
      });
      child.kill("SIGTERM");
      await once(child, "close");
      return duration;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function startClaude({ workspace, environment }, folder, url) {
  const { program: claude } = clients.find(({ name }) => name === "newest");
  const config = join(folder, "config");
  mkdirSync(config);
  const env = {
    ...environment,
    CLAUDE_CONFIG_DIR: config,
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_API_KEY: "scripted",
    CLAUDE_CODE_MAX_RETRIES: "0",
    DISABLE_TELEMETRY: "1",
    DISABLE_AUTOUPDATER: "1",
    DISABLE_INSTALLATION_CHECKS: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
  return (parameters, stdio = ["ignore", "ignore", "ignore"]) =>
    spawn(claude, parameters, { cwd: workspace, env, stdio });
}

/** A session that takes one prompt after the other. */
async function openSession(start, plugins) {
  const words = ["-p", "--input-format", "stream-json", "--output-format", "stream-json", "--verbose"];
  const child = start(
    [...words, ...plugins.flatMap((plugin) => ["--plugin-dir", plugin])],
    ["pipe", "pipe", "ignore"],
  );
  let [answered, failed] = [() => undefined, () => undefined];
  child.once("close", () => failed(new Error("Claude Code has ended.")));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { type, result } = JSON.parse(line);
    if (type === "result") answered(result);
  });
  const ask = async (content) => {
    child.stdin.write(`${JSON.stringify({ type: "user", message: { role: "user", content } })}\n`);
    return new Promise((resolve, reject) => {
      [answered, failed] = [resolve, reject];
    });
  };
  const answer = await ask("/codex:status");
  if (!String(answer).includes("No jobs here.")) throw new Error(`/codex:status answers ${answer}`);
  return {
    ask,
    end: async () => {
      child.stdin.end();
      await once(child, "close");
    },
  };
}

async function writeEmptyServer(repository, plugin) {
  writeFiles(plugin, {
    ".claude-plugin/plugin.json": { name: "empty", version: "1.0.0" },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Claude Code fills it in.
    ".mcp.json": { mcpServers: { empty: { command: "node", args: ["${CLAUDE_PLUGIN_ROOT}/server.cjs"] } } },
  });
  const source = `
    import { Server } from "@modelcontextprotocol/server";
    import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
    const server = new Server({ name: "empty", version: "1.0.0" }, { capabilities: { tools: {} } });
    server.setRequestHandler("tools/list", async () => ({ tools: [] }));
    void server.connect(new StdioServerTransport());`;
  await build({
    stdin: { contents: source, resolveDir: repository },
    outfile: join(plugin, "server.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20.19",
    minify: true,
    logLevel: "warning",
  });
}

/** The usual way of a slash command without a model: a hook that starts Node. */
function writeHook(plugin) {
  const answer = JSON.stringify({ decision: "block", reason: "No jobs here." });
  const command = `node -e 'process.stdout.write(${JSON.stringify(answer)})'`;
  writeFiles(plugin, {
    ".claude-plugin/plugin.json": { name: "hooked", version: "1.0.0" },
    "hooks/hooks.json": {
      hooks: { UserPromptExpansion: [{ matcher: "^hooked:status$", hooks: [{ type: "command", command }] }] },
    },
  });
  mkdirSync(join(plugin, "commands"));
  writeFileSync(join(plugin, "commands", "status.md"), "---\ndescription: Status\n---\nNothing.\n");
}

function writeFiles(folder, files) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), JSON.stringify(content));
  }
}
