import type { PatchFile } from "../../../domain/envelope.ts";
import type { ExitCode } from "../../../domain/exit-code.ts";
import { labelled } from "../../../report/text/parts.ts";
import { renderPatchFiles } from "../../../report/text/patch.ts";
import { oneLine } from "../../../report/text/sanitise.ts";
import { applyPatch } from "../../client/patch/apply-patch.ts";
import { discardWorktree } from "../../client/patch/discard.ts";
import type { FoundPatch } from "../../client/patch/find-patch.ts";
import { undoPatch } from "../../client/patch/undo-patch.ts";
import { confirm } from "../confirm.ts";
import { exitCodeFor, formatOf, printEnvelope } from "../output.ts";
import { styleOf } from "../print-plain.ts";
import type { FormatOptions } from "../run-options.ts";
import { openSession } from "../session.ts";
import type { CliWorld } from "../world.ts";

export interface ApplyOptions extends FormatOptions {
  readonly yes?: boolean;
  readonly check: readonly string[];
  readonly only: readonly string[];
}

/** `tandem apply <job>`: takes a patch over into the work tree, after the person said so. */
export async function applyCommand(name: string, options: ApplyOptions, world: CliWorld): Promise<ExitCode> {
  const session = await openSession(world, world.cwd);
  const envelope = await applyPatch(
    name,
    {
      checks: options.check,
      only: options.only,
      cwd: world.cwd,
      confirm: async (found, files) => mayApply(found, files, options, world),
    },
    session,
  );
  await printEnvelope(envelope, formatOf(options), world);
  return exitCodeFor(envelope);
}

export async function undoCommand(name: string, options: FormatOptions, world: CliWorld): Promise<ExitCode> {
  const envelope = await undoPatch(name, await openSession(world, world.cwd));
  await printEnvelope(envelope, formatOf(options), world);
  return exitCodeFor(envelope);
}

export async function discardCommand(
  name: string,
  options: FormatOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const envelope = await discardWorktree(name, await openSession(world, world.cwd));
  await printEnvelope(envelope, formatOf(options), world);
  return exitCodeFor(envelope);
}

/** Undefined where nobody can be asked. */
async function mayApply(
  { repository, path }: FoundPatch,
  files: readonly PatchFile[],
  { yes }: ApplyOptions,
  { stdin, stderr, environment }: CliWorld,
): Promise<boolean | undefined> {
  if (yes === true) return true;
  if (stdin.isTTY !== true || stderr.isTTY !== true) return undefined;
  const style = styleOf({ stdout: stderr, environment });
  const whole = labelled("The whole patch:", oneLine(path), style);
  stderr.write([...renderPatchFiles(files, style), ...whole, ""].join("\n"));
  return confirm(`Change these files in ${oneLine(repository.root)}?`, { stdin, stderr });
}
