import { execFile, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, vi } from "vitest";
import { shortJobId } from "../../src/domain/job.ts";
import { gate } from "../../src/rehearsal/gate.ts";
import { message } from "../../src/rehearsal/replies.ts";
import { git, startCliWorld } from "../support/cli-world.ts";
import { testEnvironment } from "../support/environment.ts";
import { readJson, repository, trackedFiles } from "../support/repository.ts";
import { verifies } from "../support/requirements.ts";
import { untilOver } from "../support/stored-jobs.ts";
import { type ClaudeWorld, startClaudeWorld } from "./support/claude-world.ts";
import { clients, withEachClient } from "./support/clients.ts";
import { calls, says } from "./support/messages-reply.ts";
import { ourServer } from "./support/plugin-world.ts";

const { version } = readJson("package.json") as { readonly version: string };
const manifest = readJson("plugin/.claude-plugin/plugin.json") as {
  readonly userConfig: Readonly<Record<string, { readonly type: string }>>;
};

/** What git clones for `owner/codex-tandem`: the published parts of this checkout, as one commit. */
async function publish(): Promise<{
  readonly environment: Readonly<Record<string, string>>;
  readonly origin: string;
}> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tandem-published-")));
  onTestFinished(async () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  const origin = join(folder, "owner", "codex-tandem.git");
  for (const path of trackedFiles().filter((each) => /^(?:plugin|\.claude-plugin)\//.test(each))) {
    await mkdir(dirname(join(origin, path)), { recursive: true });
    await cp(join(repository, path), join(origin, path));
  }
  git(origin, "init", "--quiet", "--initial-branch=main");
  git(origin, "add", "--all");
  git(origin, "commit", "--quiet", "--message=First");
  const settings = join(folder, "gitconfig");
  const rules = ["https://github.com/", "git@github.com:"].map((host) => `insteadOf = ${host}`).join("\n");
  await writeFile(settings, `[url "file://${folder}/"]\n${rules}\n`);
  // The clone of the oldest client looks for submodules, for which git needs more than the few programs of a test's PATH.
  return {
    origin,
    environment: {
      GIT_CONFIG_GLOBAL: settings,
      GIT_CONFIG_NOSYSTEM: "1",
      PATH: process.env["PATH"] ?? "",
    },
  };
}

/** A value that an option of this type may have. */
function sampleOf(type: string): string {
  if (type === "boolean") return "true";
  return type === "file" ? process.execPath : "some-value";
}

/** What a person does with `claude plugin …`. */
async function managePlugins(world: ClaudeWorld, ...parameters: readonly string[]): Promise<string> {
  const child = world.start(["plugin", ...parameters]);
  child.closeInput();
  const { exitCode, stdout, stderr } = await child.ended;
  expect(exitCode, `${parameters.join(" ")}: ${stdout}${stderr}`).toBe(0);
  return stdout;
}

withEachClient((client) => {
  verifies("plugin.install", "from a git marketplace, with all of its options", async () => {
    const { environment } = await publish();
    const world = await startClaudeWorld({
      client,
      environment,
      allowedTools: ["Bash(tandem:*)"],
      script: [
        {
          when: "which tandem",
          reply: calls("Bash", { command: "tandem --version", description: "Ask for the version" }),
        },
        { when: version, reply: says("That one.") },
      ],
    });
    await managePlugins(world, "marketplace", "add", "owner/codex-tandem");
    const options = Object.entries(manifest.userConfig).map(([name, { type }]) => [name, sampleOf(type)]);
    const given = options.flatMap(([name, value]) => ["--config", `${name}=${value}`]);
    await managePlugins(world, "install", "codex@codex-tandem", ...given);
    const installed: unknown = JSON.parse(await managePlugins(world, "list", "--json"));
    expect(installed).toMatchObject([{ id: "codex@codex-tandem", version, enabled: true }]);
    const settings = await readFile(join(world.configFolder, "settings.json"), "utf8");
    for (const [name] of options) expect(settings).toContain(`"${name}"`);
    const { events, result } = await world.print("which tandem");
    expect(result).toBe("That one.");
    const start = events.find(({ subtype }) => subtype === "init");
    const source = "codex@codex-tandem";
    expect(start?.["plugins"]).toContainEqual(expect.objectContaining({ name: "codex", source }));
    expect(start).not.toHaveProperty("plugin_errors");
  });

  verifies(
    "plugin.update",
    "a new version takes over while a job runs, and nothing of the job is lost",
    async () => {
      const { environment, origin } = await publish();
      const thinking = gate();
      const tandem = await startCliWorld(() => message("Codex says hello.", { after: thinking }));
      const world = await startClaudeWorld({
        client,
        environment: { ...tandem.environment, ...environment },
        project: tandem.workspace,
        script: [{ when: () => true, reply: says("Heard.") }],
      });
      await managePlugins(world, "marketplace", "add", "owner/codex-tandem");
      await managePlugins(world, "install", "codex@codex-tandem");
      // `-p` of the oldest client knows no /reload-plugins.
      const { submit, waitFor, waitForServer } = await world.terminal();
      await waitForServer(ourServer);
      await submit("/codex:consult --background Hello?");
      await waitFor("in the background: job ");
      const [{ id } = { id: "" }] = tandem.records();
      const job = shortJobId(id);
      const next = "99.0.0";
      for (const path of ["plugin/.claude-plugin/plugin.json", ".claude-plugin/marketplace.json"]) {
        const text = await readFile(join(origin, path), "utf8");
        await writeFile(
          join(origin, path),
          text.replaceAll(`"version": "${version}"`, `"version": "${next}"`),
        );
      }
      git(origin, "commit", "--quiet", "--all", "--message=Second");
      await managePlugins(world, "marketplace", "update", "codex-tandem");
      await managePlugins(world, "update", "codex@codex-tandem");
      expect(JSON.parse(await managePlugins(world, "list", "--json"))).toMatchObject([{ version: next }]);
      await submit("/reload-plugins");
      await waitFor("Reloaded: 1 plugin");
      await waitForServer(ourServer);
      await submit("/codex:status");
      await waitFor("1 running");
      thinking.open();
      await vi.waitFor(() => expect(tandem.records()).toMatchObject([{ status: "succeeded" }]));
      await untilOver(tandem);
      await submit("What now?");
      const { newest } = await world.endpoint.waitForRequest(({ newest }) => newest.includes("What now?"));
      expect(newest).toContain("A Codex job of this session has ended:");
      await waitFor("Heard.");
      await submit(`/codex:result --show ${job}`);
      await waitFor("Codex says hello.");
      const running = readdirSync(
        join(world.configFolder, "plugins/cache/codex-tandem/codex", next, ".in_use"),
      );
      expect(running).not.toEqual([]);
    },
  );
});

describe("the repository", () => {
  verifies("plugin.valid", "is a marketplace with a plugin without a fault", () => {
    const script = join(repository, "scripts", "validate-plugin.mjs");
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Claude Code \S+ and \S+ find nothing to say\.\n$/);
  });

  verifies("plugin.install", "has the options that people are promised", () => {
    expect(Object.keys(manifest.userConfig)).toEqual([
      "model",
      "effort",
      "wait_budget",
      "gate",
      "approvals",
      "codex_path",
    ]);
    // What is not set stays empty, so that it takes no setting of the person's own away.
    for (const option of Object.values(manifest.userConfig)) expect(option).not.toHaveProperty("default");
  });

  verifies(
    "plugin.whole",
    "packs every file of plugin/ that is in git, and the program runs from it",
    async () => {
      const folder = await realpath(await mkdtemp(join(tmpdir(), "tandem-pack-")));
      onTestFinished(async () => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
      const run = promisify(execFile);
      const env = testEnvironment();
      const pack = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
      const { stdout } = await run("npm", pack, { cwd: join(repository, "plugin"), env });
      const [packed] = Object.values(JSON.parse(stdout) as Record<string, Packed>);
      const tracked = trackedFiles().filter((path) => path.startsWith("plugin/"));
      expect(packed?.files.map(({ path }) => `plugin/${path}`).sort()).toEqual([...tracked].sort());
      // Nothing is fetched and nothing is run for it.
      const install = [
        "install",
        "--offline",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--prefix",
        folder,
      ];
      await run("npm", [...install, join(folder, packed?.filename ?? "")], { cwd: folder, env });
      const modules = join(folder, "node_modules");
      expect((await readdir(modules)).filter((name) => !name.startsWith("."))).toEqual(["codex-tandem"]);
      const help = await run(join(modules, ".bin", "tandem"), ["help", "verify"], { env });
      expect(help.stdout).toContain("Usage: tandem verify");
      for (const client of clients) {
        const world = await startClaudeWorld({ client, pluginFolder: join(modules, "codex-tandem") });
        const { ask, waitForServer } = await world.host();
        await waitForServer(ourServer);
        expect((await ask("/codex:status"))["result"]).toContain("No jobs here.");
      }
    },
  );
});

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
