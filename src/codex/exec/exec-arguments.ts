import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { Isolation } from "../../domain/run.ts";
import type { Tier } from "../../domain/tier.ts";
import type { ConfigTable } from "../config-value.ts";
import { inlineToml } from "./inline-toml.ts";

/** Everything that decides the command line of one turn. Paths are absolute. */
export interface ExecCommand {
  readonly tier: Tier;
  readonly cwd: string;
  readonly ephemeral: boolean;
  readonly isolation: Isolation;
  readonly model?: string;
  readonly profile?: string;
  readonly addDirectories: readonly string[];
  readonly images: readonly string[];
  readonly outputSchemaFile?: string;
  /** Codex refuses keys that it does not know, before it does anything; in overrides first, then in the user's files (0.169). */
  readonly isStrict: boolean;
  /** Overrides and pins. */
  readonly config: ConfigTable;
  /** Goes on with this thread. */
  readonly resume?: string;
}

/**
 * The parameters of `codex exec` for one turn; the prompt comes on stdin. Throws `usage` for a thread that is not named by its
 * UUID and for a writing or resumed run without a session file, `config_rejected` for a key that cannot be given.
 */
export function execArguments(command: ExecCommand): readonly string[] {
  const { tier, cwd, isolation, model, profile, addDirectories, images, outputSchemaFile, resume } = command;
  return [
    "exec",
    // Takes every following word for a file too, so another option has to come after it (Codex 0.169).
    ...images.flatMap((file) => ["--image", file]),
    "--json",
    // Without it Codex takes workspace-write for a folder that the user trusts.
    "--sandbox",
    tier,
    "--cd",
    cwd,
    "--skip-git-repo-check",
    ...(command.isStrict ? ["--strict-config"] : []),
    ...(isEphemeral(command) ? ["--ephemeral"] : []),
    ...(isolation === "inherit" ? [] : ["--ignore-user-config"]),
    ...(ignoresRules(command) ? ["--ignore-rules"] : []),
    ...(profile === undefined ? [] : [`--profile=${profile}`]),
    // With `=`, so that no value is taken for an option.
    ...(model === undefined ? [] : [`--model=${model}`]),
    ...(tier === "workspace-write" ? addDirectories.flatMap((folder) => ["--add-dir", folder]) : []),
    ...(outputSchemaFile === undefined ? [] : ["--output-schema", outputSchemaFile]),
    ...configArguments(command.config),
    // All of the above also count for a resumed thread when they stand before the subcommand.
    ...(resume === undefined ? [] : ["resume", checkedThread(resume)]),
    "-",
  ];
}

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Codex takes a name that it does not know for a new thread, without a word (0.169): only whole ids are passed on. */
export function checkedThread(thread: string): string {
  if (uuid.test(thread)) return thread.toLowerCase();
  throw new TandemError("usage", { problem: `${JSON.stringify(thread)} is not the id of a thread.` });
}

/**
 * An execution rule that allows a command runs it outside the sandbox, in read-only and with approvals off as well (Codex 0.169).
 * With full access there is no sandbox to leave.
 */
function ignoresRules({ tier, isolation }: ExecCommand): boolean {
  return tier !== "danger-full-access" || isolation === "ignore-rules";
}

function isEphemeral({ ephemeral, tier, resume }: ExecCommand): boolean {
  if (ephemeral && tier !== "read-only") {
    throw new TandemError("usage", {
      problem: "A run that may write is never ephemeral: its sandbox could not be read back.",
      hint: "Leave --ephemeral out.",
    });
  }
  if (ephemeral && resume !== undefined) {
    throw new TandemError("usage", {
      problem:
        "A turn on an earlier thread becomes part of that thread; it cannot be ephemeral (Codex 0.169).",
      hint: "Leave --ephemeral out, or start a new thread.",
    });
  }
  return ephemeral;
}

function configArguments(config: ConfigTable): readonly string[] {
  return Object.entries(config).flatMap(([key, value]) => {
    if (!/^[A-Za-z0-9_-]+$/.test(key)) {
      throw new TandemError("config_rejected", {
        key: JSON.stringify(key),
        reason: "codex exec can only be given keys of letters, digits, `_` and `-`",
      });
    }
    return ["-c", `${key}=${inlineToml(value)}`];
  });
}
