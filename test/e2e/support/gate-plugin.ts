import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bundleCli, toolFolder } from "../../support/cli-program.ts";
import { makeHome } from "../../support/homes.ts";
import { repository } from "../../support/repository.ts";

/** A copy of the plugin with its hooks and programs, and nothing else of it: commands and servers have tests of their own. */
export async function makeHookPlugin(): Promise<string> {
  const plugin = makeHome("plugin");
  const whole = dirname(dirname(await bundleCli()));
  for (const path of ["bin", "dist", "package.json", "start.cjs"]) {
    await cp(join(whole, path), join(plugin, path), { recursive: true });
  }
  await cp(join(repository, "plugin", "hooks"), join(plugin, "hooks"), { recursive: true });
  const manifest = { name: "codex", version: "0.0.1", description: "Hooks of codex-tandem under test" };
  await mkdir(join(plugin, ".claude-plugin"), { recursive: true });
  await writeFile(join(plugin, ".claude-plugin", "plugin.json"), JSON.stringify(manifest));
  return plugin;
}

/** A PATH whose `node` notes each of its starts. */
export function notedNode(): { readonly path: string; readonly starts: () => readonly string[] } {
  const folder = makeHome("node");
  const note = join(folder, "starts");
  const program = join(folder, "node");
  writeFileSync(program, `#!/bin/sh\necho "$@" >> "${note}"\nexec "${process.execPath}" "$@"\n`);
  chmodSync(program, 0o755);
  return {
    path: `${folder}:${toolFolder()}`,
    starts: () => (existsSync(note) ? readFileSync(note, "utf8").trim().split("\n") : []),
  };
}
