import { renameSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type FileLock, tryLock } from "../jobs/file-lock.ts";
import { readLock, removeFile } from "../jobs/lock-file.ts";
import { ensurePrivateFolder } from "../jobs/private-folders.ts";
import { livenessOf } from "../jobs/process-identity.ts";
import { heartbeatMs, type StateWorld } from "../jobs/state-world.ts";
import type { BrokerPlace } from "./broker-place.ts";
import { type BrokerRecord, drainingName, findBrokersIn, writeBrokerRecord } from "./broker-record.ts";

type SeatPlace = Pick<BrokerPlace, "folder" | "record" | "token" | "lock">;

/** The right to be the broker of a place, and the files by which others know of it. */
export interface BrokerSeat {
  /** False when the folder vanished, or belongs to another broker by now. */
  isOurs(): boolean;
  /** Writes the record. Throws `state_unwritable` or `disk_full`. */
  announce(record: BrokerRecord): Promise<void>;
  /** Leaves the place to a successor. Until `leave` another record says that this process finishes its jobs. */
  giveWay(): Promise<void>;
  /** Removes what is left of this broker here, and nothing of a successor's. */
  leave(): void;
}

/**
 * Takes the place as soon as no living broker has it; undefined when that takes longer than `waitMs`: one that drains lets go of it in a
 * moment. Throws `state_unwritable` or `disk_full`.
 */
export async function takeSeat(
  place: SeatPlace,
  world: StateWorld,
  { waitMs }: { readonly waitMs: number },
): Promise<BrokerSeat | undefined> {
  ensurePrivateFolder(place.folder);
  const endMs = performance.now() + waitMs;
  for (;;) {
    const attempt = tryLock(place.lock, world);
    if (attempt.taken) return new Seat(place, world, attempt.lock);
    if (performance.now() >= endMs) return undefined;
    await delay(20);
  }
}

class Seat implements BrokerSeat {
  readonly #place: SeatPlace;
  readonly #world: StateWorld;
  readonly #lock: FileLock;
  /** Names this taking of the lock. */
  readonly #instance: string | undefined;
  readonly #timer: NodeJS.Timeout;
  #record: BrokerRecord | undefined;
  /** The record of a broker that has given way. */
  #drainingPath: string | undefined;

  constructor(place: SeatPlace, world: StateWorld, lock: FileLock) {
    this.#place = place;
    this.#world = world;
    this.#lock = lock;
    this.#instance = readLock(place.lock)?.instance;
    this.#timer = setInterval(() => this.#beat(), heartbeatMs);
    this.#timer.unref();
    this.#removeDead();
  }

  isOurs(): boolean {
    try {
      return readLock(this.#place.lock)?.instance === this.#instance;
    } catch {
      // Somebody put something else there.
      return false;
    }
  }

  async announce(record: BrokerRecord): Promise<void> {
    this.#record = record;
    await writeBrokerRecord(this.#place.record, record);
  }

  async giveWay(): Promise<void> {
    if (this.#drainingPath !== undefined) return;
    const { folder, record, token } = this.#place;
    const isOurs = this.isOurs();
    const path = join(folder, drainingName(this.#world.self.pid));
    this.#drainingPath = path;
    if (!isOurs) return;
    try {
      // A rename needs no room on the disk.
      renameSync(record, path);
      removeFile(token);
    } finally {
      this.#lock.release();
    }
    if (this.#record !== undefined) await writeBrokerRecord(path, { ...this.#record, state: "draining" });
  }

  leave(): void {
    clearInterval(this.#timer);
    if (this.#drainingPath !== undefined) removeFile(this.#drainingPath);
    if (!this.isOurs()) return;
    removeFile(this.#place.record);
    removeFile(this.#place.token);
    this.#lock.release();
  }

  #beat(): void {
    try {
      if (this.#drainingPath === undefined) return this.#lock.refresh();
      const now = this.#world.now();
      utimesSync(this.#drainingPath, now, now);
    } catch {
      // One sign of life less: the folder cannot be written now, or is gone.
    }
  }

  /** Brokers that were killed while they drained. */
  #removeDead(): void {
    for (const { record, path } of findBrokersIn(this.#place.folder)) {
      const isDead = livenessOf(record.process, this.#world.processes) === "dead";
      if (isDead && record.state === "draining") removeFile(path);
    }
  }
}
