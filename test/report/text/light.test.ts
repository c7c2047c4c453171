import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, vi } from "vitest";
import { renderEnvelope } from "../../../src/report/text/render-envelope.ts";
import { verifies } from "../../support/requirements.ts";
import { envelopes, now } from "../fixtures.ts";
import { jobsOfAllStates } from "../job-fixtures.ts";

verifies("report.light", "a list of jobs in Latin letters asks for no language data", () => {
  const segmenter = vi.spyOn(Intl, "Segmenter");
  const format = vi.spyOn(Date.prototype, "toLocaleString");
  const jobs = jobsOfAllStates.map((job) => ({ ...job, title: "Füge Tests hinzu – jetzt" }));
  renderEnvelope({ ...envelopes.statusWithManyJobs, jobs }, { columns: 80, colour: true, now });
  expect([segmenter.mock.calls, format.mock.calls]).toEqual([[], []]);
});

verifies("report.light", "the text of all answers is made of report and domain alone", async () => {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL("../../../src/report/text/render-envelope.ts", import.meta.url))],
    outdir: "unused",
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    logLevel: "silent",
  });
  const [output] = Object.values(metafile.outputs);
  const folders = Object.keys(output?.inputs ?? {}).map((path) => path.split("/").slice(0, 2).join("/"));
  expect(new Set(folders)).toEqual(new Set(["src/report", "src/domain"]));
  const modules = (output?.imports ?? []).map(({ path }) => path);
  expect(modules.filter((path) => !["node:util", "node:crypto"].includes(path))).toEqual([]);
});
