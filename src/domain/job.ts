import { randomInt } from "node:crypto";
import type { Verdict } from "./envelope.ts";
import type { ErrorKind } from "./errors/tandem-error.ts";
import type { RunPhase } from "./events.ts";
import type { Pending } from "./pending.ts";
import type { AskedBy, EngineName, RunKind } from "./run.ts";

export const jobStatuses = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type JobStatus = (typeof jobStatuses)[number];

const transitions: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  queued: ["running", "failed", "cancelled"],
  running: ["succeeded", "failed", "cancelled"],
  succeeded: [],
  failed: [],
  cancelled: [],
};

/** True when a job in `from` may become `to`. Terminal states are final. */
export function mayBecome(from: JobStatus, to: JobStatus): boolean {
  return transitions[from].includes(to);
}

export function isTerminal(status: JobStatus): boolean {
  return transitions[status].length === 0;
}

/** A process, named so that a later one with the same pid is not taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** The system's start time of the process, opaque; undefined where the system does not tell. */
  readonly startTime?: string;
  readonly host: string;
  /** Tells apart two boots of one machine. */
  readonly boot?: string;
  /** The space in which `pid` is counted (a Linux pid namespace); a process in another one can say nothing about `pid`. */
  readonly pidNamespace?: string;
}

/** The background process of a job: the broker, or a process for this job alone. */
export const jobHosts = ["broker", "runner"] as const;
export type JobHost = (typeof jobHosts)[number];

/** `job.json`: the state of a job, written only by its owner (and by reconciliation when the owner is dead). Times are ISO 8601 UTC. */
export interface JobRecord {
  readonly schema: "codex-tandem/job/1";
  readonly id: string;
  readonly kind: RunKind;
  readonly title: string;
  readonly workspace: string;
  /** Which engine runs it and why, once that is decided; kept for the result of a run whose owner died. */
  readonly engine?: EngineName;
  readonly route?: string;
  readonly status: JobStatus;
  readonly phase?: RunPhase;
  /** Who asked for the run. */
  readonly askedBy?: AskedBy;
  /** The session of Claude Code that is told of its end. */
  readonly session?: string;
  /** Which background process owns it; absent until one has taken it over. */
  readonly host?: JobHost;
  /** Requests of Codex that wait for an answer. */
  readonly pending?: readonly Pending[];
  readonly idempotencyKey?: string;
  /** Silence of Codex after which the run is stopped, in milliseconds, so that lists can say how near that is. */
  readonly stallMs?: number;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly lastEventAt?: string;
  /** When a person or a model has been given the result. */
  readonly readAt?: string;
  readonly owner?: ProcessIdentity;
  /** The Codex process of this job, so that a later command can end it when the owner died. */
  readonly child?: ProcessIdentity;
  readonly thread?: string;
  /** The thread is persistent: a later run can go on with it. */
  readonly isThreadKept?: boolean;
  readonly turn?: string;
  readonly currentCommand?: string;
  readonly tokens?: number;
  readonly rehearsal: boolean;
  /** Of an ended review, so that lists need not read its result. */
  readonly verdict?: Verdict;
  readonly error?: { readonly kind: ErrorKind; readonly message: string };
  /** SHA-256 of its receipt, once it has ended. */
  readonly receipt?: string;
  /** When the journal was removed for its age or size. */
  readonly journalDroppedAt?: string;
}

const letters = "bcdfghjkmnpqrstvwxz";

/** A new job id: UTC time to the millisecond, then 6 random letters (no vowels, so that no words appear). */
export function newJobId(now: Date): string {
  const time = now.toISOString().replace(/[-:.]/g, "").replace("T", "t").replace("Z", "");
  const suffix = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join("");
  return `${time}-${suffix}`;
}

/** True for a whole, well-formed id; checked before an id becomes part of a path. */
export function isJobId(text: string): boolean {
  return /^\d{8}t\d{9}-[a-z]{6}$/.test(text);
}

/** The 6 letters that lists show. */
export function shortJobId(id: string): string {
  return id.slice(-6);
}

/** The ids that `text` names as a prefix or suffix (or wholly), or as the first of the letters that lists show. */
export function matchingJobIds(ids: readonly string[], text: string): readonly string[] {
  if (ids.includes(text)) return [text];
  return ids.filter((id) => id.startsWith(text) || id.endsWith(text) || shortJobId(id).startsWith(text));
}
