import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BrokerHealth } from "../domain/envelope.ts";
import type { ProcessIdentity } from "../domain/job.ts";
import { isRecord, parseJson } from "../domain/json.ts";
import { isProcessIdentity } from "../jobs/job-record.ts";
import { readPrivateFile, writePrivateFile } from "../jobs/private-files.ts";
import { livenessOf } from "../jobs/process-identity.ts";
import type { ProcessReader } from "../jobs/process-reader.ts";
import { heartbeatMs } from "../jobs/state-world.ts";
import { brokersFolder, filesIn } from "./broker-place.ts";

const schema = "codex-tandem/broker/1";

/** `broker.json`: who serves, and where. Times are ISO 8601 UTC. */
export interface BrokerRecord {
  readonly process: ProcessIdentity;
  readonly address: string;
  readonly version: string;
  readonly build: string;
  /** The CODEX_HOME that it serves. */
  readonly codexHome: string;
  readonly startedAt: string;
  readonly state: "serving" | "draining";
}

/** A record as found in the state root. */
export interface FoundBroker {
  readonly folder: string;
  readonly path: string;
  readonly record: BrokerRecord;
}

/** Name of the record of a broker that left its place to a successor and finishes its jobs. */
export function drainingName(pid: number): string {
  return `draining-${pid}.json`;
}

export async function writeBrokerRecord(path: string, record: BrokerRecord): Promise<void> {
  await writePrivateFile(path, `${JSON.stringify({ schema, ...record }, undefined, 2)}\n`, {
    durable: false,
  });
}

/** The record in a file; undefined when there is none of ours. */
export function readBrokerRecord(path: string): BrokerRecord | undefined {
  const read = readPrivateFile(path, 64 * 1024);
  const value = read.found === "file" ? parseJson(read.bytes.toString("utf8")) : undefined;
  if (!isRecord(value) || value["schema"] !== schema) return undefined;
  const { process, address, version, build, codexHome, startedAt, state } = value;
  if (!isProcessIdentity(process) || (state !== "serving" && state !== "draining")) return undefined;
  if (
    typeof address !== "string" ||
    typeof version !== "string" ||
    typeof build !== "string" ||
    typeof codexHome !== "string" ||
    typeof startedAt !== "string" ||
    Number.isNaN(Date.parse(startedAt))
  ) {
    return undefined;
  }
  return { process, address, version, build, codexHome, startedAt, state };
}

/** Every record in a state root: of brokers that serve, that drain, and that are dead. */
export function findBrokers(stateRoot: string): readonly FoundBroker[] {
  const folder = brokersFolder(stateRoot);
  return placeKeys(stateRoot).flatMap((key) => findBrokersIn(join(folder, key)));
}

/** The keys of all places in a state root where a broker has ever been. */
export function placeKeys(stateRoot: string): readonly string[] {
  return namesIn(brokersFolder(stateRoot), /^[0-9a-f]{16}$/);
}

/** The records in the folder of one place. */
export function findBrokersIn(folder: string): readonly FoundBroker[] {
  return namesIn(folder, /^(?:broker|draining-\d+)\.json$/).flatMap((name) => {
    const path = join(folder, name);
    const record = readBrokerRecord(path);
    if (record === undefined) return [];
    // Its name is changed first; the text follows if the disk has room for it.
    const isServing = path === filesIn(folder).record;
    return [{ folder, path, record: isServing ? record : { ...record, state: "draining" } }];
  });
}

/** Some missed signs of life; see `lastBeatMs`. */
const silentAfterMs = 4 * heartbeatMs + 5_000;

/**
 * When a broker gave its last sign of life, in ms since 1970: one that serves touches its lock every ten seconds, one that drains its
 * record.
 */
export function lastBeatMs({ folder, path, record }: FoundBroker): number {
  const touched = record.state === "serving" ? filesIn(folder).lock : path;
  return statSync(touched, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The brokers of a state root as their files and processes tell; none is spoken to. */
export function readBrokers(
  stateRoot: string,
  processes: ProcessReader,
  now: Date = new Date(),
): readonly BrokerHealth[] {
  return findBrokers(stateRoot).map((found) => {
    const { process, version, startedAt } = found.record;
    return { pid: process.pid, version, startedAt, state: judge(found, processes, now) };
  });
}

function judge(found: FoundBroker, processes: ProcessReader, now: Date): BrokerHealth["state"] {
  if (livenessOf(found.record.process, processes) === "dead") return "stale";
  if (now.getTime() - lastBeatMs(found) > silentAfterMs) return "silent";
  return found.record.state === "serving" ? "alive" : "draining";
}

function namesIn(folder: string, pattern: RegExp): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => pattern.test(name));
  } catch {
    // No broker has been here yet.
    return [];
  }
}
