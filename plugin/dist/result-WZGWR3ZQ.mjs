import {
  openSession
} from "./chunk-MDMALCBG.mjs";
import "./chunk-GZK5FSE3.mjs";
import "./chunk-VSIW6IHQ.mjs";
import {
  summarizeJob
} from "./chunk-YQV2S2ZE.mjs";
import "./chunk-VFJKUZF5.mjs";
import {
  exitCodeFor,
  formatOf,
  printEnvelope
} from "./chunk-HGYVZI67.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-M6RY2JR5.mjs";
import "./chunk-X7P3SKCA.mjs";
import "./chunk-VFFUZNCE.mjs";
import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import {
  TandemError,
  reportError
} from "./chunk-VWEJZTN3.mjs";
import {
  isTerminal
} from "./chunk-XT4QHU2W.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/surfaces/cli/commands/result.ts
async function resultCommand(name, options, world) {
  const session = await openSession(world, world.cwd);
  const record = name === void 0 ? await newestEnded(session) : await session.store.find(name);
  if (!isTerminal(record.status)) throw new TandemError("job_running", { id: record.id });
  const envelope = await session.store.readResult(record.id) ?? withoutResult(record);
  await printEnvelope(envelope, formatOf(options), world);
  await session.store.markRead(record.id);
  return exitCodeFor(envelope);
}
async function newestEnded({ store, workspace }) {
  const { records } = await store.list({ workspace, limit: 50 });
  const ended = records.find(({ status }) => isTerminal(status));
  if (ended !== void 0) return ended;
  throw new TandemError("job_not_found", { id: "the newest", searched: workspace });
}
function withoutResult(record) {
  return {
    schema: envelopeSchema,
    ok: false,
    kind: record.kind,
    job: summarizeJob(record),
    error: reportError("internal", { cause: "the stored result is missing or could not be read" })
  };
}
export {
  resultCommand
};
