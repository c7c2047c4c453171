import type { Envelope, Readiness } from "../../domain/envelope.ts";
import { renderBrokers } from "./broker.ts";
import { renderReport } from "./error.ts";
import { formatCount } from "./format.ts";
import { renderLimits } from "./limits.ts";
import { type Block, hanging, joinBlocks } from "./parts.ts";
import { row } from "./rows.ts";
import { oneLine } from "./sanitise.ts";
import { paint, type TextStyle } from "./style.ts";

/** Whether runs can start here, on which Codex, login and settings, and what stands in the way. */
export function renderReadiness({ readiness, run }: Envelope, style: TextStyle): Block {
  if (readiness === undefined) return [];
  const { problems } = readiness;
  const mark =
    problems.length === 0
      ? paint("Ready", "good", style)
      : paint(`Not ready: ${formatCount(problems.length, "problem")}`, "bad", style);
  return joinBlocks([
    [
      mark,
      ...(run === undefined ? [] : row("Tandem", tandemOf(run.tandem), style)),
      ...row("Codex", codexOf(readiness.codex), style),
      ...row("Login", loginOf(readiness.login), style),
      ...renderLimits(readiness.limits, style),
      ...renderBrokers(readiness.brokers ?? [], style),
      ...row("State", oneLine(readiness.stateRoot), style),
      ...row("Settings", settingsOf(readiness.defaults), style),
      // A person asks for it with --json; a model has no such choice.
      ...(style.reader === "model" ? row("Surface", oneLine(readiness.surface), style) : []),
    ],
    ...problems.map((problem) => renderReport(problem, "Problem", style)),
  ]);
}

/** `version`: which build of ours and which Codex, in one or two lines. */
export function renderVersion({ kind, run }: Envelope, style: TextStyle): Block {
  if (kind !== "version" || run === undefined) return [];
  return [
    `tandem ${tandemOf(run.tandem)}`,
    ...(run.codex === undefined
      ? []
      : hanging(`codex ${oneLine(run.codex.version)}, ${oneLine(run.codex.path)}`, style)),
  ];
}

function tandemOf({ version, commit, build }: NonNullable<Envelope["run"]>["tandem"]): string {
  return oneLine(`${version} (${commit === undefined ? "" : `${commit.slice(0, 9)}, `}${build})`);
}

function codexOf({ version, path, range, testedRange }: Readiness["codex"]): string {
  if (version === undefined && path === undefined) return "not found";
  const remark = {
    tested: `tested range ${testedRange}`,
    newer: `newer than the tested range ${testedRange}`,
    older: `older than the tested range ${testedRange}`,
    unknown: `tested range ${testedRange}`,
  }[range];
  return oneLine(`${version ?? "unknown version"} (${remark})${path === undefined ? "" : `, ${path}`}`);
}

function loginOf({ kind, detail }: Readiness["login"]): string {
  return oneLine(detail === undefined || detail === "" ? kind : `${kind}, ${detail}`);
}

/** Only what somebody set: the rest is in the reference of the settings. */
function settingsOf(defaults: Readiness["defaults"]): string {
  const set = Object.entries(defaults).filter(([, { origin }]) => origin !== "default");
  if (set.length === 0) return "all at their defaults";
  return set.map(([key, { value, origin }]) => oneLine(`${key} = ${valueOf(value)} (${origin})`)).join(", ");
}

function valueOf(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "none");
}
