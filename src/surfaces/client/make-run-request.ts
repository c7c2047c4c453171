import { commandPath } from "../../codex/trusted-path.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import {
  type AskedBy,
  type BusyChoice,
  isReviewKind,
  type RunKind,
  type RunRequest,
} from "../../domain/run.ts";
import { isSessionId } from "../../domain/session-id.ts";
import type { Tier } from "../../domain/tier.ts";
import { endpointOf } from "../../settings/endpoint-settings.ts";
import { selectEnvironment } from "../../settings/environment-allow.ts";
import type { LoadedSettings } from "../../settings/load.ts";
import { type Machine, variableOf } from "../../settings/paths.ts";
import { cleanTitle } from "../../tasks/title.ts";
import { findWorkTreeRoot } from "../../workspace/work-tree-root.ts";

export type TimeoutKey =
  | "timeout_review"
  | "timeout_consult"
  | "timeout_task"
  | "timeout_delegate"
  | "timeout_gate";

/** What only one kind of run has. */
export type KindPart = Pick<RunRequest, "kind" | "title" | "ephemeral"> &
  Partial<
    Pick<
      RunRequest,
      | "prompt"
      | "words"
      | "files"
      | "images"
      | "review"
      | "gate"
      | "delegate"
      | "failOn"
      | "wantsFindings"
      | "resume"
      | "addDirectories"
      | "tier"
      | "operator"
      | "timeoutMs"
    >
  >;

/** What was asked of one run beside the settings, which hold the values of its flags already. */
export interface RunWishes {
  readonly tier?: Tier;
  readonly network?: boolean;
  readonly title?: string;
  /** `-c` options as typed. */
  readonly config: readonly string[];
  readonly rehearse?: boolean;
  readonly ifBusy?: BusyChoice;
  readonly idempotencyKey?: string;
  /** Given for this run, as opposed to set for all of them; their values are those of the settings. */
  readonly approvals?: string;
  readonly profile?: string;
  readonly isolation?: string;
}

/** Where a run is asked for, and by whom. */
export interface RunPlace {
  /** The folder of the run: absolute and without links. */
  readonly cwd: string;
  readonly machine: Machine;
  readonly askedBy: AskedBy;
  /** The session of Claude Code, where the surface knows it other than by the environment. */
  readonly session?: string;
}

/** The request of a run from its wishes and the settings. Throws `usage` for what cannot be had. */
export function makeRunRequest(
  part: KindPart,
  wishes: RunWishes,
  settings: LoadedSettings,
  { cwd, machine, askedBy, session = sessionOf(machine) }: RunPlace,
): RunRequest {
  const { values } = settings;
  const tier = part.tier ?? wishes.tier ?? "read-only";
  refuseWiderTier(part.kind, tier, values.allow_full_access);
  refuseAskingReview(part.kind, wishes.approvals);
  const { model, effort } = values;
  const { profile, isolation } = wishes.rehearse === true ? ownWishes(wishes, values) : values;
  return {
    files: [],
    images: [],
    addDirectories: [],
    ...part,
    engine: values.engine,
    title: wishes.title === undefined ? part.title : cleanTitle(wishes.title),
    cwd,
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    ...(profile === undefined ? {} : { profile }),
    tier,
    network: wishes.network ?? false,
    isolation,
    mcpServers: values.mcp_allow,
    overrides: wishes.config,
    timeoutMs: part.timeoutMs ?? values[timeoutKeyOf(part.kind)],
    stallMs: values.stall,
    inputByteCap: values.input_byte_cap,
    gitTimeoutMs: values.git_timeout,
    environment: {
      // The repository under review chooses no program, in the sandbox neither.
      ...(isReviewKind(part.kind) ? {} : commandPath(machine, findWorkTreeRoot(cwd) ?? cwd)),
      ...selectEnvironment(values.environment_allow, machine.environment),
    },
    rehearsal: wishes.rehearse ?? false,
    approvals: approvalsOf(wishes, settings),
    approvalTimeoutMs: values.approval_timeout,
    whenBusy: wishes.ifBusy ?? "refuse",
    ...(wishes.idempotencyKey === undefined ? {} : { idempotencyKey: wishes.idempotencyKey }),
    askedBy,
    ...(session === undefined ? {} : { session }),
  };
}

/** The session of Claude Code around this process, if there is one. */
export function sessionOf({ environment }: Pick<Machine, "environment">): string | undefined {
  const session = variableOf(environment, "CLAUDE_CODE_SESSION_ID");
  return environment["CLAUDECODE"] === "1" && session !== undefined && isSessionId(session)
    ? session
    : undefined;
}

/** A rehearsal has a Codex home of its own: settings that speak of the user's do not count there, only the flags of the run do. */
function ownWishes(
  wishes: RunWishes,
  { profile, isolation }: LoadedSettings["values"],
): { readonly profile: string | undefined; readonly isolation: RunRequest["isolation"] } {
  return {
    profile: wishes.profile === undefined ? undefined : profile,
    isolation: wishes.isolation === undefined ? "inherit" : isolation,
  };
}

/** Nobody can be asked by an app-server elsewhere: the setting means nothing there, and the option of a run is refused later. */
function approvalsOf(wishes: RunWishes, settings: LoadedSettings): RunRequest["approvals"] {
  const isElsewhere = wishes.rehearse !== true && endpointOf(settings) !== undefined;
  return isElsewhere && wishes.approvals === undefined ? "never" : settings.values.approvals;
}

/** The setting that limits the time of a kind of run. */
function timeoutKeyOf(kind: RunKind): TimeoutKey {
  switch (kind) {
    case "review":
    case "adversarial-review":
      return "timeout_review";
    case "gate":
      return "timeout_gate";
    case "consult":
      return "timeout_consult";
    case "task":
    case "operator":
      return "timeout_task";
    case "delegate":
      return "timeout_delegate";
  }
}

/** The setting may say `ask` for all runs and means nothing to a review; the option of a review is a misunderstanding. */
function refuseAskingReview(kind: RunKind, option: string | undefined): void {
  if (option !== "ask" || !isReviewKind(kind)) return;
  throw new TandemError("usage", {
    problem: `A ${kind} never asks for approval: nothing in it leaves the sandbox.`,
    hint: "Leave --approvals out.",
  });
}

function refuseWiderTier(kind: RunKind, tier: RunRequest["tier"], allowFullAccess: boolean): void {
  if (kind === "delegate" && tier !== "workspace-write") {
    throw new TandemError("usage", {
      problem: `A delegated task is always workspace-write, in a work tree of its own; --tier ${tier} means nothing here.`,
      hint: "Leave --tier out. `tandem task` reads only.",
    });
  }
  if (tier === "read-only") return;
  if (kind === "operator" && tier === "workspace-write") return;
  // Its writing is in a work tree of its own; nothing wider is needed for it.
  if (kind === "delegate" && tier === "workspace-write") return;
  if (kind !== "task") {
    throw new TandemError("usage", {
      problem: `A ${kind} is always read-only; --tier ${tier} means nothing here.`,
      hint: "Leave --tier out. A task may write: `tandem task --write`.",
    });
  }
  if (tier === "danger-full-access" && !allowFullAccess) {
    throw new TandemError("usage", {
      problem: "The tier danger-full-access needs the setting allow_full_access as well.",
      hint: "Set allow_full_access = true in your own user file, if you mean it.",
    });
  }
}
