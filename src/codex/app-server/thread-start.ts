import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { EffectiveSandbox, ThreadFacts } from "../../domain/events.ts";
import { isRecord } from "../../domain/json.ts";
import type { Tier } from "../../domain/tier.ts";
import { type ConfigTable, mergeConfig } from "../config-value.ts";
import type { ThreadOptions } from "../engine.ts";
import { describeUnknownServers } from "../mcp-allow.ts";
import { parseOverrides, unknownOverride } from "../overrides.ts";
import {
  pins as allPins,
  type EffectivePin,
  effectivePins,
  type Pin,
  type PinContext,
  tableOfPins,
} from "../pins.ts";
import { readProfile } from "../profile.ts";
import type {
  ApprovalsReviewer,
  AskForApproval,
  SandboxPolicy,
  ThreadResumeParams,
  ThreadResumeResponse,
  ThreadStartParams,
  ThreadStartResponse,
} from "../protocol/generated.ts";
import type { AppServer } from "./app-server.ts";
import { RemoteError } from "./peer.ts";
import { readConfiguration } from "./read-configuration.ts";

/** What a thread is started with. */
export interface ThreadPlan {
  readonly parameters: ThreadStartParams;
  readonly pins: readonly EffectivePin[];
  /** What whoever asked should know of the plan. */
  readonly notices: readonly string[];
}

/** Reads what the user's configuration says and lays profile, overrides and pins over it, the pins last. */
export async function planThread(
  server: AppServer,
  options: ThreadOptions,
  pinTable: readonly Pin[] = allPins,
): Promise<ThreadPlan> {
  const configuration = await readConfiguration(server, options.cwd);
  const profile = options.profile === undefined ? {} : await readProfile(server.codexHome, options.profile);
  const wishes = mergeConfig(profile, await parseOverrides(options.overrides));
  const environment = { ...options.environment, ...server.mark };
  const context = pinContext(configuration, wishes, { ...options, environment });
  const pins = effectivePins(context, pinTable);
  const pinned = tableOfPins(pins);
  const choices: ConfigTable = {
    ...(options.effort === undefined ? {} : { model_reasoning_effort: options.effort }),
    ...(options.model === undefined ? {} : { review_model: options.model }),
    ...(options.approvals === "ask" ? questionTool : {}),
  };
  return {
    pins,
    notices: describeUnknownServers(context),
    parameters: {
      cwd: options.cwd,
      ...(options.model === undefined ? {} : { model: options.model }),
      sandbox: startTier,
      approvalPolicy: startPolicy(options),
      approvalsReviewer: "user",
      ephemeral: options.ephemeral,
      // Without them a review's findings come as prose only, and no thread may be left behind to read them from.
      experimentalRawEvents: true,
      config: mergeConfig(mergeConfig(wishes, choices), pinned),
    },
  };
}

/**
 * Every thread starts read-only and without network, and gets its own sandbox before its first turn: Codex 0.169 writes a thread
 * that starts with more into the user's config.toml as a trusted project, and then loads the project's own configuration.
 */
const startTier = "read-only";

/**
 * The model may ask questions in the middle of its work; without the first key Codex 0.169 lets it only in plan mode, and without
 * the second it warns of the first. No promise rests on them: a Codex that does not know them runs the thread without questions.
 */
const questionTool: ConfigTable = {
  features: { default_mode_request_user_input: true },
  suppress_unstable_features_warning: true,
};

/** Under which Codex asks for what its sandbox refuses and the model says it needs (0.169: in every tier but full access). */
export function approvalPolicy({ approvals }: Pick<ThreadOptions, "approvals">): "never" | "on-request" {
  return approvals === "ask" ? "on-request" : "never";
}

/** Not what the run gets: so the run's own policy is always a change, which Codex 0.169 confirms only then. */
function startPolicy(options: ThreadOptions): "never" | "on-request" {
  return approvalPolicy(options) === "never" ? "on-request" : "never";
}

/**
 * Starts the thread, or goes on with an earlier one, and compares what Codex says of it with what was asked for.
 * Throws before anything was spent.
 */
export async function startThread(
  server: AppServer,
  plan: ThreadPlan,
  resume: string | undefined,
): Promise<ThreadFacts> {
  let answer: ThreadStartResponse | ThreadResumeResponse;
  try {
    answer =
      resume === undefined
        ? await server.request("thread/start", plan.parameters)
        : await server.request("thread/resume", resumeParameters(resume, plan.parameters));
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw resume === undefined ? refusedStart(error) : cannotResume(resume, error.message, error);
  }
  // Somebody else's on the same server: a turn of ours would become more text for it, without an error (Codex 0.169).
  if (resume !== undefined && answer.thread.status.type === "active")
    throw cannotResume(resume, "a turn of it is running");
  const sandbox = effectiveSandbox(answer.sandbox, answer.approvalPolicy, answer.approvalsReviewer);
  // The policy is compared when the run's own is confirmed.
  const mismatch = sandboxMismatch({ ...sandbox, approvals: "never" }, { tier: startTier, network: false });
  if (mismatch !== undefined) throw mismatch;
  return {
    thread: answer.thread.id,
    model: answer.model,
    provider: answer.modelProvider,
    ...(answer.reasoningEffort === null ? {} : { effort: answer.reasoningEffort }),
    sandbox,
    instructionSources: answer.instructionSources,
  };
}

/** What resuming takes of the same plan: Codex 0.169 derives sandbox and policy anew, not from the thread's earlier turns. */
function resumeParameters(threadId: string, parameters: ThreadStartParams): ThreadResumeParams {
  const { ephemeral: _ephemeral, experimentalRawEvents: _raw, ...kept } = parameters;
  return { ...kept, threadId, excludeTurns: true };
}

/** The policy that is sent with every turn, since the policy of an earlier turn sticks to the thread (Codex 0.169). */
export function sandboxPolicy(options: ThreadOptions): SandboxPolicy {
  const networkAccess = options.network;
  switch (options.tier) {
    case "read-only":
      return { type: "readOnly", networkAccess };
    case "workspace-write":
      return {
        type: "workspaceWrite",
        writableRoots: [...(options.addDirectories ?? [])],
        networkAccess,
        excludeTmpdirEnvVar: options.excludesTemporary === true,
        excludeSlashTmp: options.excludesTemporary === true,
      };
    case "danger-full-access":
      return { type: "dangerFullAccess" };
  }
}

/** The error when Codex reports another sandbox than the one asked for, else undefined. */
export function sandboxMismatch(
  effective: EffectiveSandbox,
  options: Pick<ThreadOptions, "tier" | "network" | "approvals">,
): TandemError | undefined {
  const { tier, network } = options;
  const approvals = approvalPolicy(options);
  // Full access has no network switch.
  const networkFits = network || !effective.network || tier === "danger-full-access";
  if (effective.tier === tier && networkFits && effective.approvals === approvals) return undefined;
  return new TandemError("sandbox_mismatch", {
    requested: words(tier, network, approvals),
    effective: words(effective.tier, effective.network, effective.approvals),
  });
}

/** What Codex reports. Where not the user would be asked but a model, the policy's name says so and fits none of ours. */
export function effectiveSandbox(
  policy: SandboxPolicy,
  approvals: AskForApproval,
  reviewer: ApprovalsReviewer,
): EffectiveSandbox {
  const name = typeof approvals === "string" ? approvals : "granular";
  return {
    tier: tierOf(policy),
    network:
      policy.type === "dangerFullAccess" || ("networkAccess" in policy && policy.networkAccess === true),
    approvals: reviewer === "user" || name === "never" ? name : `${name}, by ${reviewer}`,
  };
}

/** Of the keys that came with the thread those that Codex says it ignores (0.169). */
export function ignoredKeys(message: string): readonly string[] {
  return [...message.matchAll(/^\s*session-flags: `([^`]+)` is ignored\.$/gm)].map(([, key = ""]) => key);
}

/** A configuration key that Codex says it ignores although we pinned it; undefined when the warning names none of ours. */
export function ignoredPin(message: string, pins: readonly EffectivePin[]): string | undefined {
  return ignoredKeys(message).find((key) => pins.some(({ path }) => areNested(key, path.join("."))));
}

/** The error when Codex ignores a pin, or the key of a `-c` option; undefined when the warning names neither. */
export function ignoredFault(
  message: string,
  pins: readonly EffectivePin[],
  overrides: readonly string[],
): TandemError | undefined {
  const pin = ignoredPin(message, pins);
  if (pin !== undefined) return new TandemError("contract_changed", { what: `the configuration key ${pin}` });
  const named = overrides.map((text) => (text.split("=")[0] ?? "").replaceAll(/["'\s]/g, ""));
  const option = ignoredKeys(message).find((key) => named.some((name) => areNested(key, name)));
  return option === undefined ? undefined : unknownOverride(option);
}

/** True when one dotted key lies within the other. */
function areNested(one: string, other: string): boolean {
  return `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`);
}

/** What the pins depend on, from the user's configuration, the overrides and the run. */
export function pinContext(
  configuration: Record<string, unknown>,
  wishes: ConfigTable,
  options: ThreadOptions,
): PinContext {
  const id = wishes["model_provider"] ?? configuration["model_provider"];
  const providers = configuration["model_providers"];
  const table = isRecord(providers) && typeof id === "string" ? providers[id] : undefined;
  const servers = configuration["mcp_servers"];
  return {
    untrusted: options.untrusted,
    network: options.network,
    projectRoots: [...new Set([options.cwd, options.workTreeRoot ?? options.cwd])],
    environment: options.environment,
    shellVariables: listedVariables(configuration["shell_environment_policy"]),
    mcpConfigured: isRecord(servers) ? Object.keys(servers) : [],
    mcpAllowed: options.mcpServers,
    ...(typeof id === "string" && isRecord(table) ? { provider: { id, table } } : {}),
  };
}

/** The patterns of variables that the user's own policy lets through; none where it names none. */
function listedVariables(policy: unknown): readonly string[] {
  const names = isRecord(policy) ? policy["include_only"] : undefined;
  return Array.isArray(names) ? names.filter((name): name is string => typeof name === "string") : [];
}

/** Why a thread cannot be gone on with: there is no such thread, or somebody else writes to it. */
export function cannotResume(thread: string, reason: string, error?: RemoteError): TandemError {
  return new TandemError(
    "usage",
    {
      problem: `Codex cannot go on with thread ${thread}: ${reason}.`,
      hint: "Name a thread of this CODEX_HOME that nobody else is using, or start a new one.",
    },
    error === undefined ? {} : { cause: error },
  );
}

function refusedStart(error: RemoteError): TandemError {
  const key = /unknown (?:field|variant) `([^`]+)`/.exec(error.message)?.[1];
  if (key !== undefined)
    return new TandemError("contract_changed", { what: `\`${key}\` in thread/start` }, { cause: error });
  return new TandemError(
    "config_rejected",
    { key: "Codex's configuration", reason: error.message },
    { cause: error },
  );
}

function tierOf(policy: SandboxPolicy): Tier | "external" {
  switch (policy.type) {
    case "readOnly":
      return "read-only";
    case "workspaceWrite":
      return "workspace-write";
    case "dangerFullAccess":
      return "danger-full-access";
    case "externalSandbox":
      return "external";
  }
}

function words(tier: string, network: boolean, approvals: string): string {
  return `${tier}, network ${network ? "on" : "off"}, approvals ${approvals}`;
}
