import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { placeOutsideTemp } from "../scripts/outside-temp.mjs";
import { endBrokers } from "./brokers.mjs";

/**
 * What the measured programs run in: a scripted model that answers after `delayMs` (at once without it), a CODEX_HOME that leads
 * to it, a home folder with an empty state root at its usual place, and an empty git repository. Nothing of the person's own is
 * read.
 */
export async function makeWorld(repository, { delayMs } = {}) {
  const homes = placeOutsideTemp(repository, `bench-${process.pid}-${delayMs ?? 0}`);
  mkdirSync(homes, { recursive: true, mode: 0o700 });
  // Not in the repository: a Codex in the workspace itself would be refused.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "tandem-bench-")));
  const removeFolders = () => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(homes, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const { createRehearsalHome, message, pinsOf, platformPackageOf, resolveStateRoot, startScriptedModel } =
      await loadRehearsal(repository, folder);
    const model = await startScriptedModel(message("Hello."), delayMs === undefined ? {} : { delayMs });
    const codexHome = await createRehearsalHome(homes, { baseUrl: model.baseUrl });
    const home = mkdtempSync(join(homes, "user-"));
    const environment = {
      PATH: [join(repository, "node_modules", ".bin"), process.env.PATH].join(delimiter),
      HOME: home,
      LANG: "C.UTF-8",
      CODEX_HOME: codexHome,
    };
    const workspace = join(folder, "workspace");
    execFileSync("git", ["init", "--quiet", workspace], { env: environment });
    const stateRoot = resolveStateRoot({ platform: process.platform, home, environment });
    return {
      workspace,
      environment,
      home,
      stateRoot,
      pins: pinsOf(workspace),
      codexProgram: codexProgramOf(platformPackageOf(process.platform, process.arch)),
      close: async () => {
        await endBrokers(stateRoot);
        await model.close();
        removeFolders();
      },
    };
  } catch (error) {
    removeFolders();
    throw error;
  }
}

/** The program that the launcher of npm starts. */
function codexProgramOf({ name, program }) {
  const manifest = createRequire(import.meta.url).resolve(`@openai/${name}/package.json`);
  return join(dirname(manifest), "vendor", ...program);
}

/** Bundled on the fly, because Node 20 does not read TypeScript. */
async function loadRehearsal(repository, folder) {
  const outfile = join(folder, "rehearsal.mjs");
  await build({
    absWorkingDir: repository,
    entryPoints: ["bench/rehearsal.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
