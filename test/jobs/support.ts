import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Envelope, TandemIdentity } from "../../src/domain/envelope.ts";
import type { ErrorKind } from "../../src/domain/errors/tandem-error.ts";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import type { ProcessFacts, ProcessReader } from "../../src/jobs/process-reader.ts";
import type { StateWorld } from "../../src/jobs/state-world.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { type JobStore, openJobStore, type StoreOptions } from "../../src/jobs/store.ts";
import type { StateProblem } from "../../src/jobs/store-context.ts";
import { sampleRequest, sampleResult, sampleTandem } from "./samples.ts";

export { sampleRequest, sampleResult };
export const tandem: TandemIdentity = sampleTandem;
export const workspace = "/somewhere/project";

/** A folder of its own for one test, removed at its end. */
export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tandem-jobs-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A state root that does not exist yet. */
export function makeStateRoot(): string {
  return join(makeFolder(), "state");
}

export interface TestStore {
  readonly root: string;
  readonly store: JobStore;
  readonly problems: StateProblem[];
}

export function openTestStore(root = makeStateRoot(), options: Partial<StoreOptions> = {}): TestStore {
  const problems: StateProblem[] = [];
  const store = openJobStore(root, {
    tandem,
    reportProblem: (problem) => problems.push(problem),
    ...options,
  });
  return { root, store, problems };
}

/** Stores a queued job of the sample request. */
export async function createSample(store: JobStore, title = "a job"): Promise<string> {
  const { id } = await store.create({ request: { ...sampleRequest, title }, workspace });
  return id;
}

/** A job that was run to its end. */
export async function createEnded(
  store: JobStore,
  { read = false, answer = "yes" }: { readonly read?: boolean; readonly answer?: string } = {},
): Promise<string> {
  const id = await createSample(store);
  await store.update(id, { status: "running" });
  await store.finish(id, { status: "succeeded", envelope: { ...sampleResult, answer } satisfies Envelope });
  if (read) await store.markRead(id);
  return id;
}

/** A machine with the given processes, seen from one of them. */
export function fakeProcesses(
  processes: Readonly<Record<number, ProcessFacts | "hidden">>,
  place: Partial<Pick<ProcessReader, "host" | "boot" | "pidNamespace">> = {},
): ProcessReader {
  return {
    host: "here",
    boot: "boot-1",
    pidNamespace: "pid:[1]",
    ...place,
    inspect: (pid) => processes[pid] ?? "missing",
  };
}

/** The real world with a clock that stands still until it is set. */
export function worldAt(
  time: string,
  changes: Partial<StateWorld> = {},
): StateWorld & { set(time: string): void } {
  const real = systemWorld();
  let now = new Date(time);
  return {
    self: real.self,
    processes: real.processes,
    silentAfterMs: real.silentAfterMs,
    ...changes,
    now: () => now,
    set(next) {
      now = new Date(next);
    },
  };
}

/** The kind of error that a call ends with, `none` when it succeeds. */
export async function kindOf(call: () => unknown): Promise<ErrorKind | "none"> {
  try {
    await call();
    return "none";
  } catch (thrown) {
    if (thrown instanceof TandemError) return thrown.report.kind;
    throw thrown;
  }
}
