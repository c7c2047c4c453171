import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { commandPath } from "../../codex/trusted-path.ts";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import { isReviewKind, type RunKind, type RunRequest } from "../../domain/run.ts";
import { selectEnvironment } from "../../settings/environment-allow.ts";
import type { LoadedSettings } from "../../settings/load.ts";
import { cleanTitle } from "../../tasks/title.ts";
import { findWorkTreeRoot } from "../../workspace/work-tree-root.ts";
import type { RunOptions } from "./run-options.ts";
import type { TimeoutKey } from "./setting-flags.ts";
import type { CliWorld } from "./world.ts";

/** What only one kind of run has. */
export type KindPart = Pick<RunRequest, "kind" | "title" | "ephemeral"> &
  Partial<
    Pick<
      RunRequest,
      | "prompt"
      | "files"
      | "images"
      | "review"
      | "failOn"
      | "wantsFindings"
      | "resume"
      | "addDirectories"
      | "tier"
    >
  >;

/** The request of a run from its options and the settings. Throws `usage` for what cannot be had. */
export function makeRunRequest(
  part: KindPart,
  options: RunOptions,
  { values }: LoadedSettings,
  cwd: string,
  world: CliWorld,
): RunRequest {
  const tier = part.tier ?? options.tier ?? "read-only";
  refuseWiderTier(part.kind, tier, values.allow_full_access);
  refuseAskingReview(part.kind, options.approvals);
  const { model, effort } = values;
  const { profile, isolation } = options.rehearse === true ? ownWishes(options, values) : values;
  return {
    files: [],
    images: [],
    addDirectories: [],
    ...part,
    engine: values.engine,
    title: options.title === undefined ? part.title : cleanTitle(options.title),
    cwd,
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    ...(profile === undefined ? {} : { profile }),
    tier,
    network: options.network ?? false,
    isolation,
    mcpServers: values.mcp_allow,
    overrides: options.config,
    timeoutMs: values[timeoutKeyOf(part.kind)],
    stallMs: values.stall,
    inputByteCap: values.input_byte_cap,
    gitTimeoutMs: values.git_timeout,
    environment: {
      // The repository under review chooses no program, in the sandbox neither.
      ...(isReviewKind(part.kind) ? {} : commandPath(world, findWorkTreeRoot(cwd) ?? cwd)),
      ...selectEnvironment(values.environment_allow, world.environment),
    },
    rehearsal: options.rehearse ?? false,
    approvals: values.approvals,
    approvalTimeoutMs: values.approval_timeout,
    whenBusy: options.ifBusy ?? "refuse",
    ...(options.idempotencyKey === undefined ? {} : { idempotencyKey: options.idempotencyKey }),
    askedBy:
      world.environment["CLAUDECODE"] === "1" ? "claude-code" : world.stdout.isTTY ? "terminal" : "pipe",
  };
}

/** A rehearsal has a Codex home of its own: settings that speak of the user's do not count there, only the flags of the run do. */
function ownWishes(
  options: RunOptions,
  { profile, isolation }: LoadedSettings["values"],
): { readonly profile: string | undefined; readonly isolation: RunRequest["isolation"] } {
  return {
    profile: options.profile === undefined ? undefined : profile,
    isolation: options.isolation === undefined ? "inherit" : isolation,
  };
}

/**
 * The folder of the run, absolute and without links: what Codex reads and what git names must be the same paths, and a folder
 * has one list of jobs. Throws `usage` when it is none.
 */
export function workingFolder(options: Pick<RunOptions, "cwd">, world: CliWorld): string {
  const folder = resolve(world.cwd, options.cwd ?? ".");
  try {
    const real = realpathSync(folder);
    if (statSync(real).isDirectory()) return real;
  } catch (error) {
    throw new TandemError("usage", { problem: `The folder ${folder} cannot be used: ${messageOf(error)}` });
  }
  throw new TandemError("usage", { problem: `${folder} is not a folder.` });
}

/** The setting that limits the time of a kind of run. */
function timeoutKeyOf(kind: RunKind): TimeoutKey {
  switch (kind) {
    case "review":
    case "adversarial-review":
      return "timeout_review";
    case "consult":
      return "timeout_consult";
    case "task":
      return "timeout_task";
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
  if (tier === "read-only") return;
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
