import { isRecord, parseJson } from "../../domain/json.ts";
import { hasStrings, isTime } from "../../domain/json-shape.ts";
import { acquireLock } from "../file-lock.ts";
import { readPrivateFile, writePrivateFile } from "../private-files.ts";
import { ensurePrivateFolder } from "../private-folders.ts";
import type { StateWorld } from "../state-world.ts";
import { setAside } from "../store-context.ts";
import type { GatePlaces } from "./gate-places.ts";

const schema = "codex-tandem/gate/1";

/** A state of the files that is kept in a folder of ours. */
export interface GateSnapshot {
  /** Name of its folder among the snapshots. */
  readonly folder: string;
  readonly tree: string;
  readonly fingerprint: string;
  readonly unkept: Readonly<Record<string, { readonly state: string; readonly reason: string }>>;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

/** A state of the files that was judged, so that it is not judged again. */
export interface JudgedTree {
  readonly tree: string;
  readonly outcome: "allow" | "block";
}

/** What came of the last stop that was more than a look at the baseline. */
export interface LastStop {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly outcome: "allow" | "block" | "could-not-run";
  /** In words. */
  readonly detail: string;
  readonly job?: string;
}

/** `gate.json`: the gate of one workspace. */
export interface GateState {
  readonly workspace: string;
  readonly isOn: boolean;
  /** When it was switched to that. ISO 8601 in UTC. */
  readonly since: string;
  readonly baseline?: GateSnapshot;
  /** Newest last. */
  readonly judged: readonly JudgedTree[];
  readonly lastStop?: LastStop;
}

export type GateReading =
  | { readonly found: "state"; readonly state: GateState }
  | { readonly found: "nothing" }
  /** Somebody else's, or damaged. */
  | { readonly found: "unusable"; readonly problem: string };

/** The state as it lies there; nothing is made. */
export function readGateState(places: GatePlaces): GateReading {
  const read = readPrivateFile(places.state, largestState);
  if (read.found === "nothing") return read;
  if (read.found === "refused") return { found: "unusable", problem: read.problem };
  const value = parseJson(read.bytes.toString("utf8"));
  if (isGateState(value) && value.workspace === places.workspace) return { found: "state", state: value };
  return { found: "unusable", problem: "it does not hold the state of this gate" };
}

/**
 * Changes the state as the only one, over all processes. `change` gets undefined when there is none; a file that cannot be used is set
 * aside. Throws `state_unwritable` or `disk_full`.
 */
export async function changeGateState(
  places: GatePlaces,
  world: StateWorld,
  change: (state: GateState | undefined) => GateState | undefined,
): Promise<GateState | undefined> {
  ensurePrivateFolder(places.folder);
  const lock = await acquireLock(places.lock, world, { timeoutMs: lockWaitMs });
  try {
    const read = readGateState(places);
    if (read.found === "unusable") await setAside(places.state, world.now());
    const changed = change(read.found === "state" ? read.state : undefined);
    if (changed !== undefined) await writePrivateFile(places.state, print(changed));
    return changed;
  } finally {
    lock.release();
  }
}

/** Two thousand names of files that were not kept. */
const largestState = 4 * 1024 * 1024;
const lockWaitMs = 5_000;

function print(state: GateState): string {
  return `${JSON.stringify({ schema, ...state }, undefined, 2)}\n`;
}

function isGateState(value: unknown): value is GateState {
  if (!isRecord(value) || value["schema"] !== schema || !hasStrings(value, ["workspace"])) return false;
  const { baseline, judged, lastStop } = value;
  return (
    typeof value["isOn"] === "boolean" &&
    isTime(value["since"]) &&
    (baseline === undefined || isSnapshot(baseline)) &&
    Array.isArray(judged) &&
    judged.every(isJudged) &&
    (lastStop === undefined || (isRecord(lastStop) && hasStrings(lastStop, ["at", "outcome", "detail"])))
  );
}

function isSnapshot(value: unknown): boolean {
  return (
    isRecord(value) &&
    hasStrings(value, ["fingerprint"]) &&
    isTime(value["at"]) &&
    isSnapshotName(value["folder"]) &&
    isObjectId(value["tree"]) &&
    isRecord(value["unkept"]) &&
    Object.values(value["unkept"]).every((one) => isRecord(one) && hasStrings(one, ["state", "reason"]))
  );
}

function isJudged(value: unknown): boolean {
  return (
    isRecord(value) && isObjectId(value["tree"]) && ["allow", "block"].some((it) => it === value["outcome"])
  );
}

/** True for the name of a snapshot's folder; it becomes part of a path. */
export function isSnapshotName(value: unknown): value is string {
  return typeof value === "string" && /^[0-9]{13}-[0-9a-f]{12}$/.test(value);
}

function isObjectId(value: unknown): boolean {
  return typeof value === "string" && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}
