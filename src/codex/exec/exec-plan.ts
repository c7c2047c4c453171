import { pinContext } from "../app-server/thread-start.ts";
import { type ConfigTable, mergeConfig } from "../config-value.ts";
import type { ThreadOptions } from "../engine.ts";
import { type FamilyMark, newFamilyMark } from "../family-mark.ts";
import { describeUnknownServers } from "../mcp-allow.ts";
import { parseOverrides } from "../overrides.ts";
import { type EffectivePin, effectivePins, tableOfPins } from "../pins.ts";
import { readProfile } from "../profile.ts";
import type { ExecCommand } from "./exec-arguments.ts";
import type { ExecStart } from "./exec-engine.ts";
import { shellEnvironment } from "./shell-environment.ts";
import { codexHomeOf, readUserConfiguration } from "./user-configuration.ts";

/** What every turn of a session is started with. */
export interface ExecPlan {
  readonly command: Omit<ExecCommand, "images" | "outputSchemaFile" | "isStrict" | "resume">;
  readonly environment: NodeJS.ProcessEnv;
  /** Of all processes of the session: there is one at a time. */
  readonly mark: FamilyMark;
  readonly codexHome: string;
  readonly pins: readonly EffectivePin[];
  /** What whoever asked should know of the plan. */
  readonly notices: readonly string[];
}

/**
 * Lays overrides and pins over the user's configuration, the pins last. A profile is left to Codex, after a look at what it sets.
 * Throws `usage`, `config_rejected`, `input_unreadable` or what a failed start throws.
 */
export async function planExec(start: ExecStart, options: ThreadOptions): Promise<ExecPlan> {
  const codexHome = codexHomeOf(start.environment);
  if (options.profile !== undefined) await readProfile(codexHome, options.profile);
  const wishes = await parseOverrides(options.overrides);
  const configuration = await readUserConfiguration(start, options);
  const shell = shellEnvironment(options.environment, start.environment);
  const mark = newFamilyMark();
  const environment = { ...shell.inArguments, ...mark };
  const context = pinContext(configuration, wishes, { ...options, environment });
  const pins = [...sandboxPins(options), ...effectivePins(context, start.pinTable), ...shell.pins];
  const effort: ConfigTable = options.effort === undefined ? {} : { model_reasoning_effort: options.effort };
  const { cwd, tier, ephemeral, isolation = "inherit", model, profile, addDirectories = [] } = options;
  return {
    codexHome,
    mark,
    pins,
    notices: describeUnknownServers(context),
    environment: { ...start.environment, ...shell.variables },
    command: {
      cwd,
      tier,
      ephemeral,
      isolation,
      addDirectories,
      config: mergeConfig(mergeConfig(wishes, effort), tableOfPins(pins)),
      ...(model === undefined ? {} : { model }),
      ...(profile === undefined ? {} : { profile }),
    },
  };
}

/** What the app-server gets as the policy of each turn: the user's own configuration would widen workspace-write. */
function sandboxPins({ tier, network, excludesTemporary = false }: ThreadOptions): readonly EffectivePin[] {
  if (tier !== "workspace-write") return [];
  const pin = (key: string, value: boolean, reason: string): EffectivePin => ({
    path: ["sandbox_workspace_write", key],
    value,
    reason,
  });
  const temporary = excludesTemporary
    ? "The run has a temp folder of its own, and writes nowhere else."
    : "Builds need the temp folders, and a run must not differ from one machine to the next.";
  return [
    pin("network_access", network, "The user's own configuration opens the network otherwise."),
    pin("exclude_tmpdir_env_var", excludesTemporary, temporary),
    pin("exclude_slash_tmp", excludesTemporary, temporary),
  ];
}
