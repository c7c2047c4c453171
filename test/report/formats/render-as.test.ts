import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect } from "vitest";
import { outputFormats } from "../../../src/report/formats/format-names.ts";
import { renderAs } from "../../../src/report/formats/render-as.ts";
import { verifies } from "../../support/requirements.ts";
import { envelopes } from "../fixtures.ts";

const style = { columns: 80, colour: false, pretty: false };

verifies(
  "formats.choice",
  "each format gives its own text for the same result, ending in one newline",
  async () => {
    const texts = await Promise.all(
      outputFormats.map(async (format) => renderAs(format, envelopes.reviewWithFindings, style)),
    );
    expect(new Set(texts).size).toBe(outputFormats.length);
    for (const text of texts) expect(text).toMatch(/[^\n]\n$/);
  },
);

verifies("formats.choice", "the formats for programs are JSON, in one line when nobody looks", async () => {
  for (const format of ["json", "sarif", "rdjson"] as const) {
    const text = await renderAs(format, envelopes.reviewWithFindings, style);
    expect(typeof JSON.parse(text)).toBe("object");
    expect(text.indexOf("\n")).toBe(text.length - 1);
  }
});

verifies("formats.choice", "choosing a format loads no other one", async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL("../../../src/report/formats/render-as.ts", import.meta.url))],
    outdir: "unused",
    write: false,
    metafile: true,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  const entry = Object.values(metafile.outputs).find(({ entryPoint }) =>
    entryPoint?.endsWith("render-as.ts"),
  );
  expect(Object.keys(entry?.inputs ?? {})).toHaveLength(1);
  expect(entry?.imports.filter(({ kind }) => kind !== "dynamic-import").map(({ path }) => path)).toEqual([]);
});
