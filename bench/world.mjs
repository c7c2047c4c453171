import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { placeOutsideTemp } from "../scripts/outside-temp.mjs";

/**
 * What the measured programs run in: a scripted model that answers at once, a CODEX_HOME that leads to it, an empty state root and
 * an empty git repository. Nothing of the person's own is read.
 */
export async function makeWorld(repository) {
  const homes = placeOutsideTemp(repository, `bench-${process.pid}`);
  mkdirSync(homes, { recursive: true, mode: 0o700 });
  // Not in the repository: a Codex in the workspace itself would be refused.
  const folder = mkdtempSync(join(tmpdir(), "tandem-bench-"));
  const removeFolders = () => {
    rmSync(folder, { recursive: true, force: true });
    rmSync(homes, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  try {
    const { createRehearsalHome, message, startScriptedModel } = await loadRehearsal(repository, folder);
    const model = await startScriptedModel(message("Hello."));
    const codexHome = await createRehearsalHome(homes, { baseUrl: model.baseUrl });
    const environment = {
      PATH: [join(repository, "node_modules", ".bin"), process.env.PATH].join(delimiter),
      HOME: mkdtempSync(join(homes, "user-")),
      LANG: "C.UTF-8",
      CODEX_HOME: codexHome,
      TANDEM_HOME: join(homes, "state"),
    };
    const workspace = join(folder, "workspace");
    execFileSync("git", ["init", "--quiet", workspace], { env: environment });
    return {
      workspace,
      environment,
      close: async () => {
        await model.close();
        removeFolders();
      },
    };
  } catch (error) {
    removeFolders();
    throw error;
  }
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
