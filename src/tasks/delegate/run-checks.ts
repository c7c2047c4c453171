import { join } from "node:path";
import type { CommandEnd, CommandWish } from "../../codex/sandboxed-command.ts";
import type { Evidence } from "../../domain/envelope.ts";
import { messageOf } from "../../domain/errors/tandem-error.ts";
import type { RunRequest } from "../../domain/run.ts";
import { redact } from "../../privacy/redact.ts";
import type { Repository } from "../../workspace/repository.ts";
import { withCleanCopy } from "../../workspace/worktree/clean-copy.ts";
import type { WorktreePlace } from "../../workspace/worktree/place.ts";
import type { WorktreeRecord } from "../../workspace/worktree/record.ts";
import type { TaskContext } from "../task.ts";

interface CheckSource {
  readonly request: RunRequest;
  readonly context: TaskContext;
  readonly control: Repository;
  readonly place: WorktreePlace;
  readonly record: WorktreeRecord;
}

const lastLines = 5;

/** Runs the checks of a delegated run on the files of one tree, each in a clean copy. Never throws: what could not run is skipped. */
export async function runChecks(
  { request, context, control, place, record }: CheckSource,
  when: "before" | "after",
  tree: string,
): Promise<readonly Evidence[]> {
  const { runShell } = context.job;
  const evidence: Evidence[] = [];
  for (const command of request.delegate?.checks ?? []) {
    const check = `${when}: ${command}`;
    if (runShell === undefined || context.signal.aborted) {
      evidence.push({ check, status: "skipped", detail: "the run ended before it" });
      continue;
    }
    context.emit({ type: "step", text: `check ${check}` });
    try {
      const ended = await withCleanCopy(control, place, record, tree, async (folder) =>
        runShell(wishOf(command, folder, { request, context, place, record })),
      );
      evidence.push({ check, ...judge(ended) });
    } catch (thrown) {
      evidence.push({ check, status: "skipped", detail: messageOf(thrown) });
    }
  }
  return evidence;
}

function wishOf(
  command: string,
  folder: string,
  { request, context, place, record }: Omit<CheckSource, "control">,
): CommandWish {
  const { temporary } = place;
  return {
    command,
    folder: join(folder, record.folder),
    writable: [folder, temporary],
    network: request.network,
    variables: { ...request.environment, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    timeoutMs: request.timeoutMs,
    signal: context.signal,
  };
}

function judge({ end, output }: CommandEnd): Pick<Evidence, "status" | "detail"> {
  if (end === "exit code 0") return { status: "passed", detail: end };
  const last = redact(output).trim().split("\n").slice(-lastLines).join(" / ");
  return { status: "failed", detail: last === "" ? end : `${end}: ${last}` };
}
