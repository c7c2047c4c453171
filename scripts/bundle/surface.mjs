import { build } from "esbuild";

/** What src/setup/surface-fingerprint.ts works out, so that no program has to do it at every start. */
export async function computeSurface(repository) {
  const { outputFiles } = await build({
    absWorkingDir: repository,
    stdin: {
      contents: 'export { computeSurface } from "./src/setup/surface-fingerprint.ts";',
      resolveDir: repository,
      sourcefile: "surface.mjs",
    },
    write: false,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    preserveSymlinks: true,
    logLevel: "warning",
  });
  const [{ text }] = outputFiles;
  const module = await import(`data:text/javascript;base64,${Buffer.from(text).toString("base64")}`);
  return module.computeSurface();
}
