import type { Envelope, RunFacts } from "../../domain/envelope.ts";
import { shortJobId } from "../../domain/job.ts";
import { receiptLineOf } from "../../domain/receipt-line.ts";
import { type RunKind, runKinds } from "../../domain/run.ts";
import { formatDuration, formatTokens } from "./format.ts";
import type { Block } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import { paint, proseColumns, type TextStyle } from "./style.ts";
import { cutToWidth } from "./width.ts";
import { flow } from "./wrap.ts";

/** What ran and on what terms: the marking of a rehearsal, the title, one line of facts, and the receipt. */
export function renderHeader(envelope: Envelope, style: TextStyle): Block {
  const title = titleOf(envelope);
  if (title === undefined) return renderMarks(envelope, style);
  const columns = proseColumns(style);
  const facts = factsOf(envelope).map((fact) => cutToWidth(fact, columns));
  return [
    ...renderMarks(envelope, style),
    paint(cutToWidth(title, columns), "title", style),
    ...flow(facts, " · ", { columns }).map((row) =>
      row
        .map((fact) => paint(fact, fact === fullAccess ? "bad" : "quiet", style))
        .join(paint(" · ", "quiet", style)),
    ),
    ...renderReceipt(envelope, style),
  ];
}

/** Never broken or cut, so that it can be found again in whatever it is copied into. */
function renderReceipt(envelope: Envelope, style: TextStyle): Block {
  const line = receiptLineOf(envelope);
  return line === undefined ? [] : [paint(oneLine(line), "quiet", style)];
}

/** First lines of what must not be taken for a real run. */
function renderMarks(envelope: Envelope, style: TextStyle): Block {
  const marks = [
    ...(isRehearsal(envelope) ? [rehearsalMark(envelope)] : []),
    ...(envelope.dryRun === undefined ? [] : ["DRY RUN: nothing was started, nothing was sent"]),
  ];
  return marks.map((mark) => paint(mark, "caution", style));
}

function isRehearsal({ run, job }: Envelope): boolean {
  return run?.rehearsal ?? job?.rehearsal ?? false;
}

function rehearsalMark(envelope: Envelope): string {
  const what = envelope.kind === "review" || envelope.job?.kind === "review" ? "review" : "answer";
  return `REHEARSAL: scripted model, not a real ${what}`;
}

const fullAccess = "FULL ACCESS (no sandbox)";

function titleOf({ kind, job, target }: Envelope): string | undefined {
  const run = runKindOf(kind, job);
  if (run === undefined) return undefined;
  const words = run.replace("-", " ");
  const name = kind === "verify" ? `Check of ${words}` : words.charAt(0).toUpperCase() + words.slice(1);
  if (target !== undefined) return `${name} of ${oneLine(target.label)}`;
  return job === undefined || job.title.trim() === "" ? name : `${name}: ${oneLine(job.title)}`;
}

/** Which use of Codex an envelope tells of; undefined when it tells of none. */
function runKindOf(kind: Envelope["kind"], job: Envelope["job"]): RunKind | undefined {
  if (kind === "version") return undefined;
  return runKinds.find((name) => name === kind) ?? job?.kind;
}

function factsOf({ run, job }: Envelope): readonly string[] {
  const facts = run === undefined ? [] : runFacts(run);
  return job === undefined ? facts : [`job ${oneLine(shortJobId(job.id))}`, ...facts];
}

function runFacts(run: RunFacts): readonly string[] {
  const tokens = run.usage === undefined ? 0 : run.usage.inputTokens + run.usage.outputTokens;
  return [
    placeOf(run),
    ...(run.model === undefined ? [] : [modelOf(run.model, run.effort)]),
    tierOf(run),
    ...(run.network ? ["network on"] : []),
    ...(run.isolation === "inherit" ? [] : [run.isolation]),
    formatDuration(run.durationMs),
    ...(tokens > 0 ? [`${formatTokens(tokens)} tokens`] : []),
  ];
}

/** An app-server elsewhere is named: what it is asked leaves this machine. */
function placeOf({ engine, codex }: RunFacts): string {
  return codex !== undefined && /^(?:unix|wss?):\/\//.test(codex.path)
    ? oneLine(`${engine} at ${codex.path}`)
    : engine;
}

function modelOf(model: string, effort: string | undefined): string {
  return oneLine(effort === undefined ? model : `${model} (${effort})`);
}

function tierOf({ tier, sandbox }: RunFacts): string {
  if (tier === "danger-full-access" || sandbox.effective === "danger-full-access") return fullAccess;
  if (sandbox.effective === "unverified") return `${tier} (unverified)`;
  return sandbox.effective === tier ? tier : `${tier} (in force: ${sandbox.effective})`;
}
