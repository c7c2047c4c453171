// `npm run demo`: the built program, the pinned Codex and a state folder of its own that is gone afterwards, so that trying it
// touches neither your jobs nor your Codex.
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { placeOutsideTemp } from "./outside-temp.mjs";

const repository = fileURLToPath(new URL("..", import.meta.url));
const launcher = createRequire(import.meta.url).resolve("@openai/codex/bin/codex.js");
const stateRoot = placeOutsideTemp(repository, `demo-${process.pid}`);
mkdirSync(stateRoot, { recursive: true, mode: 0o700 });
try {
  const program = join(repository, "plugin", "bin", "tandem");
  const { status } = spawnSync(process.execPath, [program, "demo"], {
    stdio: "inherit",
    env: { ...process.env, TANDEM_HOME: stateRoot, TANDEM_CODEX: launcher },
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(stateRoot, { recursive: true, force: true });
}
