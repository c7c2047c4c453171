// `npm run fuzz`: the property tests with many more cases than `npm test` takes, from a seed that changes each time and is named, so
// that what is found can be found again: `npm run fuzz -- --seed 7 --times 30 test/jobs`. Those that start Codex are left out.
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const repository = fileURLToPath(new URL("..", import.meta.url));
const { values, positionals } = parseArgs({
  options: {
    seed: { type: "string", default: String(randomInt(2 ** 31)) },
    times: { type: "string", default: "20" },
  },
  allowPositionals: true,
});
const wanted = positionals.length === 0 ? ["test"] : positionals;
const files = readdirSync(join(repository, "test"), { recursive: true })
  .map((name) => join("test", name))
  .filter((name) => name.endsWith(".test.ts") && !name.startsWith(join("test", "integration")))
  .filter((name) => wanted.some((start) => name.startsWith(start)))
  .filter((name) => readFileSync(join(repository, name), "utf8").includes("support/property.ts"));

console.log(`${files.length} files, ${values.times} times as many cases, seed ${values.seed}`);
const { status } = spawnSync("npx", ["vitest", "run", "--testTimeout", String(30 * 60_000), ...files], {
  cwd: repository,
  stdio: "inherit",
  env: { ...process.env, TANDEM_FUZZ: values.times, TANDEM_FUZZ_SEED: values.seed },
  shell: process.platform === "win32",
});
process.exitCode = status ?? 1;
