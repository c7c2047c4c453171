import {
  envelopeSchema
} from "./chunk-ZETVG5RM.mjs";
import {
  ExitCode,
  exitCodeOf
} from "./chunk-VWEJZTN3.mjs";
import {
  isAtLeast
} from "./chunk-VD2U5BDO.mjs";

// src/surfaces/cli/output.ts
function formatOf({
  json,
  format
}) {
  return json === true ? "json" : format ?? "text";
}
async function printEnvelope(envelope, format, world) {
  const { stdout, environment } = world;
  const isTerminal = stdout.isTTY === true;
  const [{ renderAs }, { mayUseColour }] = await Promise.all([
    import("./render-as-BRAJHW7S.mjs"),
    import("./style-6L2CIPAT.mjs")
  ]);
  const colour = mayUseColour({ environment, isTerminal });
  const columns = isTerminal ? stdout.columns : 80;
  const style = { columns, colour, pretty: isTerminal, ...await repositoryOf(format, environment) };
  await write(stdout, await renderAs(format, envelope, style));
}
async function repositoryOf(format, environment) {
  if (format !== "sarif") return {};
  const { ciRepositoryUri } = await import("./ci-repository-QCJBEH5K.mjs");
  const repositoryUri = ciRepositoryUri(environment);
  return repositoryUri === void 0 ? {} : { repositoryUri };
}
async function printError(error, format, world) {
  const envelope = { schema: envelopeSchema, ok: false, kind: "error", error };
  await printEnvelope(envelope, format, format === "text" ? { ...world, stdout: world.stderr } : world);
  return exitCodeFor(envelope);
}
function exitCodeFor(envelope, failOn) {
  if (envelope.error !== void 0) return exitCodeOf(envelope.error.kind);
  const reached = envelope.findings?.some(
    ({ severity, anchor }) => failOn !== void 0 && anchor !== "missing" && isAtLeast(severity, failOn)
  );
  return reached === true ? ExitCode.doneWithConcerns : ExitCode.done;
}
async function write(stream, text) {
  await new Promise((resolve) => {
    stream.once("error", () => resolve());
    stream.write(text, () => resolve());
  });
}

// src/settings/suggest.ts
function suggest(name, candidates) {
  if (name.length > 64) return void 0;
  const allowed = name.length < 4 ? 1 : name.length < 9 ? 2 : 3;
  let best;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= allowed && (best === void 0 || distance < best.distance))
      best = { candidate, distance };
  }
  return best?.candidate;
}
function editDistance(from, to) {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const deleted = (previous[column] ?? 0) + 1;
      const inserted = (current[column - 1] ?? 0) + 1;
      current.push(Math.min(replaced, deleted, inserted));
    }
    previous = current;
  }
  return previous[to.length] ?? 0;
}

export {
  suggest,
  formatOf,
  printEnvelope,
  printError,
  exitCodeFor
};
