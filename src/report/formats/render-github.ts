import type { Envelope } from "../../domain/envelope.ts";
import type { Finding } from "../../domain/finding.ts";
import { formatCount } from "../text/format.ts";
import { renderEnvelope } from "../text/render-envelope.ts";
import { oneLine, sanitise } from "../text/sanitise.ts";
import { renderVerdict } from "../text/verdict.ts";
import {
  byGravity,
  levelOf,
  linesOf,
  openWords,
  plainText,
  resultsOf,
  titleOf,
  treePathOf,
} from "./finding-text.ts";

/**
 * Workflow commands of GitHub Actions: one annotation for each finding, one for what failed or was not examined, then the whole
 * result as a folded part of the log and one closing line. GitHub shows ten annotations of each level for a step, so the
 * gravest come first. No text from outside can make a command of its own.
 */
export function renderGithub(envelope: Envelope): string {
  const results = resultsOf(envelope);
  const lines = [
    ...results.flatMap((result) => [
      ...renderFailure(result),
      ...renderOpen(result),
      ...byGravity(result.findings ?? []).map(renderFinding),
      ...renderOmissions(result),
    ]),
    "::group::codex-tandem",
    ...renderEnvelope(envelope, { columns: 100, colour: false }).trimEnd().split("\n").map(disarm),
    "::endgroup::",
    ...results.map((result) => disarm(closingLine(result))),
  ];
  return `${lines.join("\n")}\n`;
}

const commands = { error: "error", warning: "warning", note: "notice" } as const;

function renderFinding(finding: Finding): string {
  const path = finding.anchor === "missing" ? undefined : visiblePathOf(finding);
  const lines = linesOf(finding);
  const properties = {
    ...(path === undefined ? {} : { file: path }),
    ...(path === undefined || lines === undefined ? {} : { line: lines.first, endLine: lines.last }),
    title: `${finding.severity}: ${titleOf(finding)}`,
  };
  const place = oneLine(finding.file ?? "");
  const lead = path === undefined && place !== "" ? `At ${place}.\n\n` : "";
  return command(commands[levelOf(finding)], properties, lead + plainText(finding));
}

/** A name with control or hidden characters is not put into the log as it is; it is told in the text, where they show. */
function visiblePathOf(finding: Finding): string | undefined {
  const path = treePathOf(finding);
  return path === undefined || sanitise(path) !== path ? undefined : path;
}

function renderFailure({ error }: Envelope): readonly string[] {
  if (error === undefined) return [];
  const { kind, message, repair } = error;
  const text = [message, repair.say, repair.command ?? ""].filter((part) => part.trim() !== "").join("\n");
  return [command("error", { title: `codex-tandem: ${kind}` }, text)];
}

function renderOpen(envelope: Envelope): readonly string[] {
  const words = openWords(envelope);
  return words === undefined ? [] : [command("warning", { title: "codex-tandem: no result yet" }, words)];
}

function renderOmissions({ coverage }: Envelope): readonly string[] {
  if (coverage?.status !== "partial") return [];
  const shown = coverage.omitted
    .slice(0, 10)
    .map(({ path, reason }) => `${oneLine(path)}: ${oneLine(reason)}`);
  const rest = coverage.omitted.length - shown.length;
  const text = [...shown, ...(rest > 0 ? [`and ${formatCount(rest, "more path")}`] : [])].join("\n");
  const title = `codex-tandem: ${formatCount(coverage.omitted.length, "path")} not examined`;
  return [command("warning", { title }, text)];
}

function closingLine(envelope: Envelope): string {
  const { kind, target, error } = envelope;
  const what = target === undefined ? kind : `${kind} of ${target.label}`;
  const verdict = renderVerdict(envelope, { columns: 100, colour: false }).map((line) => line.trim());
  const outcome = error === undefined ? verdict.join(" ") : `failed (${error.kind})`;
  const isOpen = openWords(envelope) !== undefined;
  return oneLine(`codex-tandem ${what}: ${isOpen ? "no result yet" : outcome === "" ? "done" : outcome}`);
}

function command(name: string, properties: Readonly<Record<string, string | number>>, text: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name} ${list.join(",")}::${escapeData(sanitise(text))}`;
}

/** As GitHub's own toolkit escapes them. */
function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

/** A line of the log that no runner takes for a command: `::name` at its beginning, or `##[name]` and `##vso[name]` anywhere. */
function disarm(line: string): string {
  const quiet = line.replace(/##(?=\w{0,20}\[)/g, "# #");
  return /^\s*::/.test(quiet) ? `| ${quiet.trimStart()}` : quiet;
}
