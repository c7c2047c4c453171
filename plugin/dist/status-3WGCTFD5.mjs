import {
  readLogin
} from "./chunk-57QW2UWD.mjs";
import {
  openSession
} from "./chunk-MDMALCBG.mjs";
import {
  findInstalledCodex,
  testedRange
} from "./chunk-CT47B4JM.mjs";
import "./chunk-PMBPFWK3.mjs";
import "./chunk-GZK5FSE3.mjs";
import {
  surfaceFingerprint
} from "./chunk-CMAAR7WU.mjs";
import "./chunk-VSIW6IHQ.mjs";
import {
  summarizeJob
} from "./chunk-YQV2S2ZE.mjs";
import "./chunk-VFJKUZF5.mjs";
import "./chunk-YSIIG4JU.mjs";
import {
  formatOf,
  printEnvelope
} from "./chunk-HGYVZI67.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-M6RY2JR5.mjs";
import {
  variableOf
} from "./chunk-X7P3SKCA.mjs";
import "./chunk-VFFUZNCE.mjs";
import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import {
  ExitCode,
  toErrorReport
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-XT4QHU2W.mjs";
import {
  oneLine
} from "./chunk-INF2XAWY.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/setup/readiness.ts
import { join } from "node:path";
var shownAlways = ["model", "effort"];
async function readReadiness(request) {
  const { machine, stateRoot, settings, workspace } = request;
  const problems = [];
  const testedText = `${testedRange.from} to ${testedRange.to}`;
  const [codex, login] = await Promise.all([
    findInstalledCodex(
      { ...machine, workspace },
      { stateRoot, allowUnsupported: settings.values.allow_unsupported_codex }
    ).catch((error) => {
      problems.push(toErrorReport(error));
      return void 0;
    }),
    describeLogin(machine)
  ]);
  return {
    codex: codex === void 0 ? { range: "unknown", testedRange: testedText } : { path: codex.location.path, version: codex.version, range: codex.range, testedRange: testedText },
    login,
    defaults: shownDefaults(settings),
    stateRoot,
    surface: surfaceFingerprint(),
    problems
  };
}
async function describeLogin(machine) {
  const home = variableOf(machine.environment, "CODEX_HOME") ?? join(machine.home, ".codex");
  const { kind, source } = await readLogin(home, machine.environment);
  if (source === "environment") return { kind, detail: "in CODEX_API_KEY; runs go through codex exec" };
  if (kind === "none") {
    return { kind: "none stored", detail: "fine for a provider of your own; else run `codex login`" };
  }
  return kind === "other" ? { kind: "stored", detail: "of another kind" } : { kind };
}
function shownDefaults({ values, origins }) {
  const changed = Object.entries(origins).filter(
    ([key, origin]) => origin !== "default" || shownAlways.some((shown) => shown === key)
  );
  const all = values;
  return Object.fromEntries(
    changed.map(([key, origin]) => [key, { value: all[key] ?? "Codex's own", origin }])
  );
}

// src/surfaces/cli/commands/status.ts
var listLength = 15;
var fullListLength = 200;
async function statusCommand(name, options, world) {
  const session = await openSession(world, world.cwd);
  const envelope = name === void 0 ? await overview(session, options.all ?? false) : await oneJob(session, name);
  await printEnvelope(envelope, formatOf(options), world);
  for (const problem of session.problems) world.stderr.write(`Note: ${oneLine(problem)}
`);
  const unusable = envelope.readiness?.problems.some(({ kind }) => kind.startsWith("codex_")) ?? false;
  return unusable ? ExitCode.codexUnusable : ExitCode.done;
}
async function overview(session, all) {
  const { store, workspace, world, stateRoot, settings } = session;
  const [readiness, active, page] = await Promise.all([
    readReadiness({ machine: world, workspace, stateRoot, settings }),
    store.listActive(),
    store.list(all ? { limit: fullListLength } : { workspace, limit: listLength })
  ]);
  const here = all ? active : active.filter((job) => job.workspace === workspace);
  const jobs = new Map([...here, ...page.records].map((job) => [job.id, job]));
  const newestFirst = [...jobs.values()].sort((a, b) => a.id < b.id ? 1 : -1);
  return {
    schema: envelopeSchema,
    ok: readiness.problems.length === 0,
    kind: "status",
    readiness,
    jobs: newestFirst.map(summarizeJob)
  };
}
async function oneJob({ store }, name) {
  const record = await store.find(name);
  return { schema: envelopeSchema, ok: true, kind: "status", job: summarizeJob(record) };
}
export {
  statusCommand
};
