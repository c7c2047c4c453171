import type { KnownLimits, LimitWindow } from "../../domain/limits.ts";
import { formatAge, formatTimeLeft } from "./format.ts";
import type { Block } from "./parts.ts";
import { row } from "./rows.ts";
import { oneLine } from "./sanitise.ts";
import { nowOf, type TextStyle } from "./style.ts";

/** What an account may still use, as the last run was told; nothing where no run was told anything. */
export function renderLimits(limits: KnownLimits | undefined, style: TextStyle): Block {
  if (limits === undefined) return [];
  const { plan, windows, at } = limits;
  const now = nowOf(style);
  const facts = [...windows.map((window) => describe(window, now)), `told ${formatAge(at, now)}`];
  return row(
    "Limits",
    oneLine([...(plan === undefined ? [] : [`plan ${plan}`]), ...facts].join(", ")),
    style,
  );
}

function describe({ minutes, usedPercent, resetsAt }: LimitWindow, now: Date): string {
  const length = minutes === undefined ? "" : ` of ${lengthOf(minutes)}`;
  const left = resetsAt === undefined ? undefined : formatTimeLeft(resetsAt, now);
  return `${Math.round(usedPercent)}%${length} used${left === undefined ? "" : ` (${left})`}`;
}

function lengthOf(minutes: number): string {
  if (minutes % 1440 === 0) return minutes === 1440 ? "a day" : `${minutes / 1440} days`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
