import type { Envelope } from "../../domain/envelope.ts";
import type { ErrorReport } from "../../domain/errors/tandem-error.ts";
import { isTerminal, shortJobId } from "../../domain/job.ts";
import { formatElapsed } from "./format.ts";
import { type Block, labelled } from "./parts.ts";
import { callWords } from "./reader.ts";
import { oneLine } from "./sanitise.ts";
import { proseColumns, type TextStyle } from "./style.ts";
import { wrapText } from "./wrap.ts";

/** What failed, what to do about it, and what is kept all the same. */
export function renderError(envelope: Envelope, style: TextStyle): Block {
  const { error } = envelope;
  if (error === undefined) return [];
  return [
    ...renderReport(error, "Error", style),
    ...renderDetails(error, style),
    ...renderKept(envelope, style),
  ];
}

/** One error report: its message, then the way out. */
export function renderReport(error: ErrorReport, label: string, style: TextStyle): Block {
  return [
    ...labelled(`${label} (${error.kind}):`, error.message, style, { tone: "bad" }),
    ...renderRepair(error, style),
  ];
}

function renderRepair({ repair, retryAfterMs }: ErrorReport, style: TextStyle): Block {
  const columns = proseColumns(style);
  const call =
    repair.command ??
    (repair.tool === undefined ? undefined : callWords(repair.tool, repair.arguments ?? {}));
  return [
    ...(repair.say.trim() === "" ? [] : wrapText(oneLine(repair.say), { columns })),
    ...(call === undefined ? [] : [`  ${oneLine(call)}`]),
    ...(retryAfterMs === undefined ? [] : [`Can be tried again in ${formatElapsed(retryAfterMs)}.`]),
  ];
}

/** Only texts that the message and the repair do not say already. */
function renderDetails({ details = {}, message, repair }: ErrorReport, style: TextStyle): Block {
  const said = `${message}\n${repair.say}\n${repair.command ?? ""}`;
  return Object.entries(details)
    .filter(([, value]) => !isPartlySaid(value, said))
    .map(([key, value]) => [key, textOf(value)] as const)
    .filter(([, text]) => text !== "" && !said.includes(text))
    .slice(0, detailsShown)
    .flatMap(([key, text]) => labelled(`${key}:`, text, style, { indent: "  " }));
}

/** A long list of which the message names the first. */
function isPartlySaid(value: unknown, said: string): boolean {
  return Array.isArray(value) && value.some((entry) => typeof entry === "string" && said.includes(entry));
}

const detailsShown = 6;

function textOf(value: unknown): string {
  if (typeof value === "string") return value.trim();
  if (!Array.isArray(value)) return "";
  return value.filter((entry) => typeof entry === "string").join(", ");
}

function renderKept(
  { answer, findings, job, kind, patch, run }: Envelope & { readonly patch?: unknown },
  style: TextStyle,
): Block {
  // Nothing was run: what is told of is older.
  if (kind === "verify") return [];
  const kept = [
    ...(run?.thread === undefined ? [] : [`thread ${oneLine(run.thread)}`]),
    ...(answer === undefined || answer.trim() === "" ? [] : ["the answer so far (below)"]),
    ...(findings === undefined || findings.length === 0 ? [] : ["the findings so far (below)"]),
    ...(patch === undefined ? [] : ["the patch so far"]),
    ...(job === undefined || !isTerminal(job.status)
      ? []
      : [`job ${oneLine(shortJobId(job.id))} with its journal`]),
  ];
  return kept.length === 0 ? [] : labelled("Kept:", kept.join(", "), style);
}
