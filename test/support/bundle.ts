import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { afterAll } from "vitest";

/**
 * Bundles a TypeScript program for a test that needs a real process of its own, and gives the path of the result. Call it at the
 * top level of a test file; the bundle is removed after the file's tests.
 */
export async function bundleFixture(entry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tandem-fixture-"));
  afterAll(async () => rm(folder, { recursive: true, force: true }));
  const outfile = join(folder, basename(entry).replace(/\.ts$/, ".mjs"));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    logLevel: "silent",
  });
  return outfile;
}
