import type { Coverage, Envelope } from "../../domain/envelope.ts";
import { formatCount } from "./format.ts";
import { type Block, hanging } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import { paint, type TextStyle } from "./style.ts";

/** What was looked at and what was not, the latter by reason; long lists are counted, not printed. */
export function renderCoverage(
  { coverage, dryRun, patch }: Pick<Envelope, "coverage" | "dryRun" | "patch">,
  style: TextStyle,
): Block {
  if (coverage === undefined || (coverage.examined.length === 0 && coverage.omitted.length === 0)) return [];
  if (dryRun !== undefined) return renderPlan(coverage, style);
  if (patch !== undefined) return renderLeftOut(coverage, style);
  const examined = formatCount(coverage.examined.length, "path");
  const how = coverage.basis === "codex" ? ", as read by Codex's own commands" : "";
  if (coverage.omitted.length === 0) return [paint(`Examined: ${examined}${how}`, "quiet", style)];
  return [
    paint(`Not examined: ${formatCount(coverage.omitted.length, "path")}`, "caution", style) +
      paint(` (examined: ${examined}${how})`, "quiet", style),
    ...listOmitted(coverage, style),
  ];
}

/** What a delegated run left that is not in its patch. */
function renderLeftOut(coverage: Coverage, style: TextStyle): Block {
  if (coverage.omitted.length === 0) return [];
  const title = `Not in the patch: ${formatCount(coverage.omitted.length, "path")}`;
  return [paint(title, "caution", style), ...listOmitted(coverage, style)];
}

/** What a run would be given; where Codex gathers by itself, what it would be asked to read. */
function renderPlan(coverage: Coverage, style: TextStyle): Block {
  const { basis, examined, omitted } = coverage;
  const to = basis === "codex" ? "read" : "be shown";
  return [
    paint(`Codex would ${to}: ${formatCount(examined.length, "path")}`, "quiet", style),
    ...(omitted.length === 0
      ? []
      : [paint(`Left out: ${formatCount(omitted.length, "path")}`, "caution", style)]),
    ...listOmitted(coverage, style),
  ];
}

function listOmitted(coverage: Coverage, style: TextStyle): Block {
  const groups = groupByReason(coverage.omitted);
  const shown = groups.slice(0, reasonsShown);
  const rest = groups.slice(reasonsShown).reduce((sum, [, paths]) => sum + paths.length, 0);
  return [
    ...shown.flatMap(([reason, paths]) => hanging(`${oneLine(reason)}: ${listPaths(paths)}`, style)),
    ...(rest === 0 ? [] : hanging(`other reasons: ${formatCount(rest, "path")}`, style)),
  ];
}

const reasonsShown = 6;
const pathsShown = 5;

function groupByReason(omitted: Coverage["omitted"]): readonly (readonly [string, readonly string[]])[] {
  const groups = new Map<string, string[]>();
  for (const { path, reason } of omitted) {
    const paths = groups.get(reason);
    if (paths === undefined) groups.set(reason, [path]);
    else paths.push(path);
  }
  return [...groups].sort(([, one], [, other]) => other.length - one.length);
}

function listPaths(paths: readonly string[]): string {
  const shown = paths.slice(0, pathsShown).map(quotePath).join(", ");
  return paths.length > pathsShown ? `${shown} and ${paths.length - pathsShown} more` : shown;
}

/** A name that could be taken for two is quoted. */
function quotePath(path: string): string {
  const line = oneLine(path);
  return /[\s,]/.test(path) ? `"${line.replaceAll('"', '\\"')}"` : line;
}
