import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { BrokerHealth } from "../domain/envelope.ts";
import type { ProcessIdentity } from "../domain/job.ts";
import { isRecord, parseJson } from "../domain/json.ts";
import { isProcessIdentity } from "../jobs/job-record.ts";
import { readPrivateFile, writePrivateFile } from "../jobs/private-files.ts";
import { livenessOf } from "../jobs/process-identity.ts";
import type { ProcessReader } from "../jobs/process-reader.ts";
import { brokersFolder } from "./broker-place.ts";

const schema = "codex-tandem/broker/1";

/** `broker.json`: who serves, and where. Times are ISO 8601 UTC. */
export interface BrokerRecord {
  readonly process: ProcessIdentity;
  readonly address: string;
  readonly version: string;
  readonly build: string;
  readonly startedAt: string;
  readonly state: "serving" | "draining";
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
  const { process, address, version, build, startedAt, state } = value;
  if (!isProcessIdentity(process) || (state !== "serving" && state !== "draining")) return undefined;
  if (
    typeof address !== "string" ||
    typeof version !== "string" ||
    typeof build !== "string" ||
    typeof startedAt !== "string" ||
    Number.isNaN(Date.parse(startedAt))
  ) {
    return undefined;
  }
  return { process, address, version, build, startedAt, state };
}

/** A broker's lock is touched every ten seconds. */
const silentAfterMs = 45_000;

/** The brokers of a state root as their files and processes tell; none is spoken to. */
export function readBrokers(
  stateRoot: string,
  processes: ProcessReader,
  now: Date = new Date(),
): readonly BrokerHealth[] {
  const folder = brokersFolder(stateRoot);
  return foldersIn(folder).flatMap((name) => {
    const record = readBrokerRecord(join(folder, name, "broker.json"));
    if (record === undefined) return [];
    const { version, startedAt } = record;
    const isAlive = livenessOf(record.process, processes) !== "dead";
    const touched = statSync(join(folder, name, "broker.lock"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const isSilent = now.getTime() - touched > silentAfterMs;
    const state = !isAlive
      ? "stale"
      : isSilent
        ? "silent"
        : record.state === "serving"
          ? "alive"
          : "draining";
    return [{ pid: record.process.pid, version, startedAt, state }];
  });
}

function foldersIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^[0-9a-f]{16}$/.test(name));
  } catch {
    // No broker has been here yet.
    return [];
  }
}
