// The two Claude Code versions of the end-to-end tests: where they are, and how they get there. They have a manifest and a lockfile
// of their own in test/e2e/clients, because they take 600 MB that only `npm test` needs.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../test/e2e/clients", import.meta.url));
/** Written last, and removed with node_modules: an installation that was interrupted leaves none. */
const mark = join(folder, "node_modules", ".installed-from");
const minute = 60_000;

/** Both clients: a name, the version that the manifest pins, the program. */
export const clients = readClients();

/** Whether what the lockfile says is what lies there for this platform. */
export function areClientsInstalled() {
  return existsSync(mark) && readFileSync(mark, "utf8") === wantedMark();
}

/** Installs both clients unless they are there already; needs the network only then. Throws when one of them does not run. */
export function installClients() {
  if (areClientsInstalled()) return;
  console.log(
    "Installing the Claude Code versions of the end-to-end tests (600 MB, once for each lockfile).",
  );
  // The project's own engine-strict reaches npm through the environment when npm started this; the newest client asks for a
  // newer Node than ours and does not use it.
  const parameters = ["ci", "--engine-strict=false", "--loglevel=error"];
  const options = { cwd: folder, stdio: ["ignore", "inherit", "inherit"], timeout: 15 * minute };
  const { error, status } = spawnSync("npm", parameters, { ...options, shell: process.platform === "win32" });
  if (status !== 0)
    throw new Error(`npm ci failed in test/e2e/clients: ${error?.message ?? `exit ${status}`}`);
  for (const client of clients) checkVersion(client);
  writeFileSync(mark, wantedMark());
}

function readClients() {
  const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return Object.entries(dependencies).map(([alias, pinned]) => ({
    name: alias.replace("claude-code-", ""),
    version: pinned.slice(pinned.lastIndexOf("@") + 1),
    // The package puts the native program at this name on every platform.
    program: join(folder, "node_modules", alias, "bin", "claude.exe"),
  }));
}

function wantedMark() {
  const hash = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  return `${process.platform} ${process.arch} ${hash}\n`;
}

/** Fails where the package's postinstall did not run and its placeholder is still there. */
function checkVersion({ program, version }) {
  const { error, stdout } = spawnSync(program, ["--version"], { encoding: "utf8", timeout: minute });
  if (stdout?.split(" ")[0] !== version) {
    throw new Error(
      `${program} should be Claude Code ${version}: ${error?.message ?? JSON.stringify(stdout)}`,
    );
  }
}
