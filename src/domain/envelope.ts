import type { ErrorKind, ErrorReport } from "./errors/tandem-error.ts";
import type { RunPhase, Usage } from "./events.ts";
import type { Finding } from "./finding.ts";
import type { JobHost, JobStatus } from "./job.ts";
import type { KnownLimits } from "./limits.ts";
import type { OperatorSummary } from "./operator.ts";
import type { Pending } from "./pending.ts";
import type { AskedBy, EngineName, Isolation, ReviewScope, RunKind } from "./run.ts";
import type { Tier } from "./tier.ts";

/** Name and major version of the one shape that every command, tool and stored result has. */
export const envelopeSchema = "codex-tandem/1";

/** What an envelope answers when it is not the result of a run. */
export const answerKinds = [
  "status",
  "result",
  "wait",
  "cancel",
  "steer",
  "answer",
  "jobs",
  "threads",
  "operators",
  "verify",
  "apply",
  "undo",
  "discard",
  "error",
  "version",
] as const;
export type EnvelopeKind = RunKind | (typeof answerKinds)[number];

export type Verdict = "pass" | "concerns" | "fail" | "none";

export interface JobSummary {
  readonly id: string;
  readonly title: string;
  readonly kind: RunKind;
  readonly status: JobStatus;
  readonly phase?: RunPhase;
  readonly workspace: string;
  /** Times are ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly endedAt?: string;
  readonly lastEventAt?: string;
  readonly expiresAt?: string;
  readonly pollAfterMs?: number;
  readonly startedAt?: string;
  readonly rehearsal?: boolean;
  readonly askedBy?: AskedBy;
  readonly host?: JobHost;
  readonly thread?: string;
  /** Place among the jobs that wait for a turn, from 1; queued jobs only. */
  readonly queuePlace?: number;
  /** Nothing has come from Codex for more than half of the time after which it is stopped, and no command is running. */
  readonly isQuiet?: boolean;
  readonly currentCommand?: string;
  readonly tokens?: number;
  readonly verdict?: Verdict;
  readonly error?: string;
  readonly errorKind?: ErrorKind;
  /** Requests of Codex that wait for an answer. In lists only: of one job they are the envelope's own. */
  readonly pending?: readonly Pending[];
}

/** What was asked to be examined; `base` and `head` are object ids. */
export interface Target {
  readonly scope: Exclude<ReviewScope, "auto">;
  readonly base?: string;
  readonly head?: string;
  readonly paths: readonly string[];
  /** In words, for people: "uncommitted changes", "branch topic against main". */
  readonly label: string;
}

export interface Coverage {
  readonly status: "complete" | "partial" | "none";
  /** Who collected what was examined: we (`gathered`) or Codex by its own commands (`codex`). */
  readonly basis: "gathered" | "codex";
  readonly examined: readonly string[];
  readonly omitted: readonly { readonly path: string; readonly reason: string }[];
}

export interface Evidence {
  readonly check: string;
  readonly status: "passed" | "failed" | "skipped";
  readonly detail: string;
}

/** A file of a patch. Names are texts of `pathText`, relative to the root of the work tree. */
export interface PatchFile {
  readonly path: string;
  /** Before a rename. */
  readonly oldPath?: string;
  readonly status: "added" | "modified" | "deleted" | "renamed" | "typechange";
  /** Object ids and modes as git stores them. Absent: there is no such file before, or after. */
  readonly before?: { readonly mode: string; readonly id: string };
  readonly after?: { readonly mode: string; readonly id: string };
  /** Lines; absent for what is no text. */
  readonly insertions?: number;
  readonly deletions?: number;
  /** It decides what counts as a success: a test, a CI file, a lockfile or the configuration of a test runner. */
  readonly decides?: "test" | "ci" | "lockfile" | "runner";
}

/** What a delegated run changed. The work tree of the person is untouched until they apply it. */
export interface PatchFacts {
  /** Absolute path of the whole patch, exact bytes. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Object id of the commit that the patch starts from: HEAD with what was not committed. */
  readonly baseline: string;
  readonly files: readonly PatchFile[];
  readonly insertions: number;
  readonly deletions: number;
  /** The beginning of the patch, secrets taken out; not to be applied. */
  readonly preview: string;
  readonly isPreviewCut: boolean;
  /** `git apply --check` on the present files says yes. Computed again each time that the result is read. */
  readonly applies?: boolean;
}

/** What a delegated run would start from, in files and bytes. */
export interface SeedFacts {
  readonly head: string;
  readonly tracked: SeedCount;
  readonly uncommitted: SeedCount;
  readonly untracked: SeedCount & { readonly included: boolean };
}

export interface SeedCount {
  readonly files: number;
  readonly bytes: number;
}

/** A file that a run left. */
export interface Artifact {
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly mediaType: string;
}

/** Facts about the run behind a result. */
export interface RunFacts {
  readonly engine: EngineName;
  /** Why this engine, in words. */
  readonly route: string;
  readonly tandem: TandemIdentity;
  readonly codex?: { readonly version: string; readonly path: string };
  readonly model?: string;
  readonly provider?: string;
  readonly effort?: string;
  readonly tier: Tier;
  readonly sandbox: { readonly requested: Tier; readonly effective: Tier | "external" | "unverified" };
  readonly network: boolean;
  readonly isolation: Isolation;
  /** AGENTS.md files that Codex loaded. */
  readonly instructionSources?: readonly string[];
  readonly thread?: string;
  readonly turn?: string;
  readonly usage?: Usage;
  readonly durationMs: number;
  readonly rehearsal: boolean;
  readonly idempotencyKey?: string;
  readonly warnings: readonly string[];
}

/** Which build of codex-tandem made a result. */
export interface TandemIdentity {
  readonly version: string;
  readonly commit?: string;
  readonly build: string;
  readonly root: string;
}

/** One thing that `status` says about the installation. */
export interface Readiness {
  readonly codex: {
    readonly path?: string;
    readonly version?: string;
    readonly range: "tested" | "newer" | "older" | "unknown";
    readonly testedRange: string;
  };
  readonly login: { readonly kind: string; readonly detail?: string };
  readonly defaults: Readonly<Record<string, { readonly value: unknown; readonly origin: string }>>;
  readonly stateRoot: string;
  /** What the account may still use, as the last run was told; absent where no run was told anything. */
  readonly limits?: KnownLimits;
  /** The background processes of this state folder that are alive. Absent when there is none. */
  readonly brokers?: readonly BrokerHealth[];
  /** Changes when something changes that scripts may rely on. */
  readonly surface: string;
  readonly problems: readonly ErrorReport[];
}

/** A broker as `status` finds it, without asking it. */
export interface BrokerHealth {
  readonly pid: number;
  readonly version: string;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  /** `stale` when its process is gone, `silent` when it gives no signs of life. */
  readonly state: "alive" | "draining" | "silent" | "stale";
}

/** What a dry run says: what would be examined and sent, with no model call. */
export interface DryRun {
  readonly prompt?: { readonly bytes: number; readonly preview: string };
  readonly inputs: readonly { readonly path: string; readonly bytes: number }[];
  /** Which engine would run, and why. */
  readonly route: string;
  readonly pins: readonly { readonly key: string; readonly value: string; readonly reason: string }[];
  readonly leavesTheMachine: string;
  /** Delegated runs only. */
  readonly seed?: SeedFacts;
}

/** The review gate of one folder, and what it may cost. */
export interface GateFacts {
  readonly state: "on" | "off";
  readonly workspace: string;
  /** When it was switched to that; absent when it never was on. ISO 8601 in UTC, as all times here. */
  readonly since?: string;
  /** When the state was kept that the next stop is compared with. */
  readonly baselineAt?: string;
  readonly lastStop?: {
    readonly at: string;
    readonly outcome: "allow" | "block" | "could-not-run";
    readonly detail: string;
    readonly job?: string;
  };
  readonly limits: {
    readonly rounds: number;
    readonly sessionTokens: number;
    readonly timeoutMs: number;
    readonly strict: boolean;
  };
}

/** A persistent thread of Codex's own. */
export interface ThreadSummary {
  readonly id: string;
  readonly name?: string;
  /** The first words of the thread, where Codex tells them. */
  readonly preview?: string;
  readonly cwd?: string;
  /** ISO 8601 in UTC. */
  readonly updatedAt?: string;
  /** Our jobs on this thread, newest first. */
  readonly jobs: readonly string[];
}

/** What a list of jobs leaves out. */
export interface UnlistedJobs {
  /** There are older ones that have ended; how many is not counted, as there may be very many. */
  readonly hasOlder?: true;
  /** Ones that have not ended and belong to other folders. */
  readonly activeElsewhere?: number;
}

/** The one shape of every answer of the product. Absent means not applicable. */
export interface Envelope {
  readonly schema: typeof envelopeSchema;
  readonly ok: boolean;
  readonly kind: EnvelopeKind;
  readonly job?: JobSummary;
  readonly jobs?: readonly JobSummary[];
  readonly unlisted?: UnlistedJobs;
  readonly results?: readonly Envelope[];
  readonly target?: Target;
  /** Reviews only; `none` unless a completed turn's final, valid answer says otherwise. */
  readonly verdict?: Verdict;
  readonly confidence?: number;
  readonly summary?: string;
  readonly answer?: string;
  readonly findings?: readonly Finding[];
  readonly questions?: readonly string[];
  readonly nextSteps?: readonly string[];
  /** The agent's final text as given. */
  readonly raw?: string;
  readonly patch?: PatchFacts;
  readonly artifacts?: readonly Artifact[];
  readonly evidence?: readonly Evidence[];
  /** Requests of Codex that wait for an answer. */
  readonly pending?: readonly Pending[];
  readonly threads?: readonly ThreadSummary[];
  readonly coverage?: Coverage;
  readonly readiness?: Readiness;
  readonly dryRun?: DryRun;
  readonly gate?: GateFacts;
  readonly operators?: readonly OperatorSummary[];
  /** `tandem --version --json` only. `surface` changes when something changes that scripts may rely on. */
  readonly version?: { readonly tandem: TandemIdentity; readonly surface: string };
  readonly run?: RunFacts;
  readonly error?: ErrorReport;
}
