import type { Severity } from "./finding.ts";
import type { OperatorRequest } from "./operator.ts";
import type { Tier } from "./tier.ts";

/** What Codex is used for in one run. */
export const runKinds = [
  "consult",
  "review",
  "adversarial-review",
  "gate",
  "task",
  "delegate",
  "operator",
] as const;
export type RunKind = (typeof runKinds)[number];

/** True for the kinds that end in a verdict. */
export function isReviewKind(kind: RunKind): kind is "review" | "adversarial-review" | "gate" {
  return kind === "review" || kind === "adversarial-review" || kind === "gate";
}

export const engineNames = ["exec", "app-server"] as const;
export type EngineName = (typeof engineNames)[number];
export const engineChoices = ["auto", ...engineNames] as const;
export type EngineChoice = (typeof engineChoices)[number];

/** Who writes the review: Codex's own reviewer, or the model under our prompt and schema. */
export const reviewForms = ["native", "structured"] as const;
export type ReviewForm = (typeof reviewForms)[number];

/** Whether Codex may ask for more than its sandbox allows: never, or a person decides each time. */
export const approvalModes = ["never", "ask"] as const;
export type ApprovalMode = (typeof approvalModes)[number];

/** Who asked for a run; `mcp`: a client of our MCP server other than Claude Code. */
export const askers = ["terminal", "claude-code", "pipe", "mcp"] as const;
export type AskedBy = (typeof askers)[number];

/** What a second job that wants to write the same working tree does. */
export const busyChoices = ["wait", "refuse"] as const;
export type BusyChoice = (typeof busyChoices)[number];

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

/** The change that the review gate looks at: two trees that lie in folders of ours, not in the repository. */
export interface GateRequest {
  /** Object ids of trees: at the baseline, and when Claude Code wanted to stop. */
  readonly baseTree: string;
  readonly headTree: string;
  /** Where objects of these trees lie beside those of the repository; absolute. */
  readonly objectFolders: readonly string[];
  /** Of the work tree when `headTree` was made of it. */
  readonly fingerprint: string;
  /** Changed files whose content was not kept. */
  readonly omitted: readonly { readonly path: string; readonly reason: string }[];
}

/** Work in a work tree of its own, which ends in a patch. */
export interface DelegateRequest {
  /** Untracked files that git does not ignore are there as well. */
  readonly includeUntracked: boolean;
  /** Commands that are run before and after, each in a clean copy of the files, in Codex's sandbox. */
  readonly checks: readonly string[];
  /** Folders that git ignores and Codex may read there, relative to the root of the user's work tree. */
  readonly links: readonly string[];
  /** Most bytes of the patch that the result shows. */
  readonly previewBytes: number;
  /** The job whose work tree is worked on; absent for a new one. */
  readonly continues?: string;
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
  /** What the person typed, where a model made the prompt of it. */
  readonly words?: string;
  /** Context files that are inlined. */
  readonly files: readonly string[];
  readonly images: readonly string[];
  readonly review?: ReviewRequest;
  /** Kind `gate` only. */
  readonly gate?: GateRequest;
  /** Kind `operator` only. */
  readonly operator?: OperatorRequest;
  /** Kind `delegate` only. */
  readonly delegate?: DelegateRequest;
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
  readonly askedBy: AskedBy;
  /** The session of Claude Code in which it was asked for. */
  readonly session?: string;
  readonly approvals: ApprovalMode;
  /** Time after which an unanswered request of Codex counts as declined. */
  readonly approvalTimeoutMs: number;
  /** Waits for the working tree, or gives up at once with the id of the job that writes it. */
  readonly whenBusy: BusyChoice;
  /** The same key with the same request is the same job. */
  readonly idempotencyKey?: string;
}

/** An app-server elsewhere, as somebody named it. */
export interface EndpointChoice {
  /** `unix://…`, `ws://…` or `wss://…`; the loader of settings has not looked at it. */
  readonly address: string;
  /** Absolute path of the file that holds the bearer token. */
  readonly tokenFile?: string;
}

/**
 * What was decided about a run before anything was spawned, stored beside its request: which engine and why, and which Codex.
 */
export interface RunPlan {
  readonly engine: EngineName;
  /** Why this engine, in words. */
  readonly route: string;
  /** Reviews only. */
  readonly form?: ReviewForm;
  readonly codex: {
    readonly path: string;
    /** Arguments before ours, where a script of Codex's has to be started by another program. */
    readonly argumentsPrefix: readonly string[];
    readonly version: string;
  };
  /** The app-server that the run goes to in place of a program of this machine; `codex.path` is its name then. */
  readonly endpoint?: EndpointChoice;
  /** The folder of Codex's own configuration and threads (absolute), where its record of the run is. */
  readonly codexHome: string;
  /** The key in OPENAI_API_KEY counts as Codex's own: the person has set it so. */
  readonly usesOpenaiKey: boolean;
  /** Of settings, state and Codex's version, for the result. */
  readonly warnings: readonly string[];
}
