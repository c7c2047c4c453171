import {
  structuredPrompt
} from "./chunk-2FZQFURP.mjs";
import "./chunk-SD5GOHHL.mjs";
import "./chunk-4DXJCGAD.mjs";
import "./chunk-VVLYK7SI.mjs";
import "./chunk-VO7FAIWE.mjs";
import "./chunk-P6EIU7QD.mjs";
import "./chunk-GNSLXHBD.mjs";
import "./chunk-5L2IJZTZ.mjs";
import "./chunk-K7ZHAQ4L.mjs";
import "./chunk-N6MAVTU2.mjs";
import "./chunk-VFKJMQB4.mjs";
import "./chunk-KFVKFHRT.mjs";
import {
  redact
} from "./chunk-GTHHJJWD.mjs";
import "./chunk-YSK4ZPGY.mjs";
import "./chunk-2QL3U3VP.mjs";
import {
  effectivePins
} from "./chunk-SDP3S42Q.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-6DUTFFKH.mjs";
import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import "./chunk-VWEJZTN3.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/tasks/dry-run.ts
var previewLength = 2e3;
var readsAnything = "the sandbox bounds writes, not reads.";
async function dryRunReview(request, prepared, route) {
  const { resolved, diff } = prepared;
  const structured = route.form === "structured" ? await structuredPrompt(request, prepared) : void 0;
  const omitted = structured?.inlined.omitted ?? diff.files.flatMap(
    ({ change, omitted: reason }) => reason === void 0 ? [] : [{ path: change.path, reason }]
  );
  const examined = structured?.inlined.shown ?? diff.files.map(({ change }) => change.path);
  const coverage = {
    status: examined.length === 0 ? "none" : omitted.length === 0 ? "complete" : "partial",
    basis: structured === void 0 ? "codex" : "gathered",
    examined,
    omitted
  };
  const files = diff.files.length === 1 ? "1 changed file" : `${diff.files.length} changed files`;
  return {
    ...dryRunOf(request, `${files}, ${diff.totalBytes} bytes of patch.`),
    target: resolved.target,
    coverage,
    dryRun: {
      ...structured === void 0 ? {} : { prompt: promptOf(structured.text) },
      inputs: diff.files.map(({ change, bytes }) => ({ path: change.path, bytes })),
      route: `${route.engine}: ${route.reason}`,
      pins: pinRows(request, true),
      leavesTheMachine: structured === void 0 ? `The names and contents of whatever files Codex reads to judge the change, also outside of it: ${readsAnything}` : `The prompt with the change, and whatever files Codex reads beside it: ${readsAnything}`
    }
  };
}
function dryRunConsult(request, prepared, route) {
  const { prompt, files, images } = prepared;
  return {
    ...dryRunOf(request, `A prompt of ${Buffer.byteLength(prompt)} bytes.`),
    dryRun: {
      prompt: promptOf(prompt),
      inputs: [...files, ...images].map(({ path, bytes }) => ({ path, bytes })),
      route: `${route.engine}: ${route.reason}`,
      pins: pinRows(request, false),
      leavesTheMachine: `The prompt, the files and images above, and whatever files Codex reads to answer: ${readsAnything}`
    }
  };
}
function dryRunTask(request, { prompt, images }, route) {
  return {
    ...dryRunOf(request, `A prompt of ${Buffer.byteLength(prompt)} bytes, tier ${request.tier}.`),
    dryRun: {
      prompt: promptOf(prompt),
      inputs: images.map(({ path, bytes }) => ({ path, bytes })),
      route: `${route.engine}: ${route.reason}`,
      pins: pinRows(request, false),
      leavesTheMachine: `The prompt, the images above, and whatever files Codex reads to do it: ${readsAnything}`
    }
  };
}
function dryRunOf({ kind }, summary) {
  return { schema: envelopeSchema, ok: true, kind, summary };
}
function promptOf(prompt) {
  return { bytes: Buffer.byteLength(prompt), preview: redact(prompt.slice(0, previewLength)) };
}
function pinRows(request, untrusted) {
  const pins = effectivePins({
    untrusted,
    network: request.network,
    projectRoots: [request.cwd],
    environment: request.environment,
    mcpConfigured: [],
    mcpAllowed: request.mcpServers
  });
  return [
    { key: "sandbox", value: request.tier, reason: "The smallest tier that this kind of run needs." },
    { key: "approvals", value: "never", reason: "Accepting a request runs its command outside the sandbox." },
    { key: "network", value: request.network ? "on" : "off", reason: "Only --network opens it." },
    ...pins.map(({ path, value, reason }) => ({ key: path.join("."), value: JSON.stringify(value), reason }))
  ];
}
export {
  dryRunConsult,
  dryRunReview,
  dryRunTask
};
