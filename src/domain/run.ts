import type { Severity } from "./finding.ts";
import type { Tier } from "./tier.ts";

/** What Codex is used for in one run. */
export const runKinds = ["consult", "review", "adversarial-review", "task"] as const;
export type RunKind = (typeof runKinds)[number];

/** True for the kinds that end in a verdict. */
export function isReviewKind(kind: RunKind): kind is "review" | "adversarial-review" {
  return kind === "review" || kind === "adversarial-review";
}

export const engineNames = ["exec", "app-server"] as const;
export type EngineName = (typeof engineNames)[number];
export const engineChoices = ["auto", ...engineNames] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** Who writes the review: Codex's own reviewer, or the model under our prompt and schema. */
export type ReviewForm = "native" | "structured";

/** How much of the user's own Codex configuration a run sees. */
export const isolations = ["inherit", "ignore-config", "ignore-rules"] as const;
export type Isolation = (typeof isolations)[number];

/** What a review examines, as asked. `auto` is resolved to one of the others before anything starts. */
export const reviewScopes = ["auto", "working-tree", "staged", "branch", "commit", "paths"] as const;
export type ReviewScope = (typeof reviewScopes)[number];

export interface ReviewRequest {
  readonly scope: ReviewScope;
  /** Branch or commit to compare with (scope `branch`). */
  readonly base?: string;
  /** Commit to examine (scope `commit`). */
  readonly commit?: string;
  /** Limits the examination; relative to `cwd`. */
  readonly paths: readonly string[];
  /** What the author wants looked at; needs the structured form. */
  readonly focus?: string;
  /** Absent: the router decides. */
  readonly form?: ReviewForm;
  /** Leaves out the schema turn after a native review. */
  readonly isNativeOnly?: boolean;
}

/**
 * Everything that a run needs, as plain data: it is stored with the job before anything is spawned, so that any process
 * can own the run. Durations are in milliseconds, paths absolute.
 */
export interface RunRequest {
  readonly kind: RunKind;
  readonly title: string;
  readonly cwd: string;
  /** The author's text, byte-exact. */
  readonly prompt?: string;
  /** Context files that are inlined. */
  readonly files: readonly string[];
  readonly images: readonly string[];
  readonly review?: ReviewRequest;
  /** A consultation's answer comes with findings. */
  readonly wantsFindings?: boolean;
  readonly engine: EngineChoice;
  /** Goes on with this thread instead of starting one. */
  readonly resume?: string;
  /** Folders beside `cwd` that a writing run may write. */
  readonly addDirectories: readonly string[];
  readonly model?: string;
  readonly effort?: string;
  readonly tier: Tier;
  readonly network: boolean;
  readonly isolation: Isolation;
  /** User MCP servers that may start. */
  readonly mcpServers: readonly string[];
  /** `-c key=value` overrides as typed; checked against the pins. */
  readonly overrides: readonly string[];
  readonly profile?: string;
  readonly ephemeral: boolean;
  readonly timeoutMs: number;
  readonly stallMs: number;
  readonly inputByteCap: number;
  readonly gitTimeoutMs: number;
  /** Variables that Codex's shell gets beside the core ones, as name to value. */
  readonly environment: Readonly<Record<string, string>>;
  readonly failOn?: Severity;
  /** Set in a rehearsal: the run uses the scripted model and never counts as real. */
  readonly rehearsal: boolean;
  readonly askedBy: "terminal" | "claude-code" | "pipe";
}
