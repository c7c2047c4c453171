import { join } from "node:path";
import { isRecord, parseJson } from "../domain/json.ts";
import type { KnownLimits, LimitWindow } from "../domain/limits.ts";
import { readPrivateFile } from "../jobs/private-files.ts";

/** Where the owners of runs leave what Codex told last of its account's limits, with the CODEX_HOME of that account. */
export function limitsPath(stateRoot: string): string {
  return join(stateRoot, "limits.json");
}

/** The limits of the account of a CODEX_HOME, as a run was told last; without windows that have begun anew since. */
export function readKnownLimits(stateRoot: string, codexHome: string, now: Date): KnownLimits | undefined {
  const read = readPrivateFile(limitsPath(stateRoot), 16 * 1024);
  const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
  if (!isRecord(value) || value["codexHome"] !== codexHome) return undefined;
  const { at, plan, windows: given } = value;
  if (typeof at !== "string" || Number.isNaN(Date.parse(at)) || !Array.isArray(given)) return undefined;
  const windows = given
    .filter(isWindow)
    .filter(({ resetsAt }) => resetsAt === undefined || isLater(resetsAt, now));
  if (windows.length === 0) return undefined;
  return { at, ...(typeof plan === "string" ? { plan } : {}), windows };
}

function isLater(time: string, now: Date): boolean {
  return Date.parse(time) > now.getTime();
}

function isWindow(value: unknown): value is LimitWindow {
  if (!isRecord(value)) return false;
  const { minutes, usedPercent, resetsAt } = value;
  return (
    typeof usedPercent === "number" &&
    (minutes === undefined || typeof minutes === "number") &&
    (resetsAt === undefined || (typeof resetsAt === "string" && !Number.isNaN(Date.parse(resetsAt))))
  );
}
