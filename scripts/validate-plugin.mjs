// Lets both pinned versions of Claude Code judge a marketplace and the plugins in it: `node scripts/validate-plugin.mjs [folder]`,
// which takes the repository itself without a folder. Warnings count. Needs no login and no network.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { clients, installClients } from "./clients.mjs";

const marketplace = resolve(process.argv[2] ?? fileURLToPath(new URL("..", import.meta.url)));
const minute = 60_000;

// The clients keep a state of their own; the person's is left alone.
const home = mkdtempSync(join(tmpdir(), "tandem-validate-"));
try {
  installClients();
  const folders = [marketplace, ...readPluginFolders()];
  const refused = clients.flatMap((client) => folders.filter((folder) => !isValid(client, folder)));
  if (refused.length > 0) process.exitCode = 1;
  else console.log(`Claude Code ${clients.map(({ version }) => version).join(" and ")} find nothing to say.`);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(home, { recursive: true, force: true });
}

function readPluginFolders() {
  const manifest = join(marketplace, ".claude-plugin", "marketplace.json");
  return JSON.parse(readFileSync(manifest, "utf8")).plugins.map(({ source }) => join(marketplace, source));
}

function isValid({ program, version }, folder) {
  const { error, status, stdout, stderr } = spawnSync(program, ["plugin", "validate", folder, "--strict"], {
    encoding: "utf8",
    timeout: minute,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      CLAUDE_CONFIG_DIR: home,
      DISABLE_TELEMETRY: "1",
      DISABLE_AUTOUPDATER: "1",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    },
  });
  if (status === 0) return true;
  console.error(`Claude Code ${version} refuses ${folder}:\n${error?.message ?? `${stdout}${stderr}`}`);
  return false;
}
