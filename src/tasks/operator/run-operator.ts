import type { TurnOutcome } from "../../codex/engine.ts";
import { reportError } from "../../domain/errors/tandem-error.ts";
import type { RunRequest } from "../../domain/run.ts";
import { present } from "../present.ts";
import type { TaskContext, TaskResult } from "../task.ts";
import { threadOptions } from "../thread-options.ts";
import { collectOutputs } from "./collect-outputs.ts";
import { conclude } from "./conclude.ts";
import { readFinalLine } from "./final-line.ts";
import { type Grounds, judge } from "./judge.ts";
import { faultOfRun } from "./outcome.ts";
import { readPlaces } from "./places.ts";
import type { PreparedOperator } from "./prepare-operator.ts";
import { renderContract } from "./render-contract.ts";
import { type Attempt, repeat } from "./repeat.ts";
import { emptyLedger, noteEvent, type RunLedger } from "./run-ledger.ts";
import { makeFolders, type RunFolders, removeScratch, scratchPath } from "./scratch.ts";
import { imageNames } from "./thread-images.ts";

/** Runs an operator: done only when files, events and checks say so, whatever the agent claims. */
export async function runOperator(
  request: RunRequest,
  { operator, images, codexHome }: PreparedOperator,
  context: TaskContext,
): Promise<TaskResult> {
  const before = await readPlaces(operator);
  const folders = await makeFolders(context.job.folder, operator);
  try {
    let ledger: RunLedger = emptyLedger;
    context.observe((event) => {
      ledger = noteEvent(ledger, event);
    });
    const earlier = request.resume === undefined ? [] : await imageNames(codexHome, request.resume);
    const session = await context.openThread(operatorThread(request, folders));
    const scratchPaths = operator.outputs.map((output) =>
      output.from === "file" ? scratchPath(folders, output) : undefined,
    );
    const contract = renderContract(operator, { workspace: request.cwd, scratchPaths });
    const text = request.resume === undefined ? contract : `${replacesEarlier}\n\n${contract}`;
    const turns: TurnOutcome[] = [];
    const attempt = async (prompt: string, attached: readonly string[]): Promise<Attempt> => {
      const turn = await session.run(
        { type: "prompt", text: prompt, images: attached },
        context.watchdog,
        context.signal,
      );
      turns.push(turn);
      const final = readFinalLine(turn.answer);
      const thread = ledger.thread ?? (session.facts.thread === "" ? undefined : session.facts.thread);
      const outputs = await collectOutputs({
        request: operator,
        folders,
        final,
        before,
        images: {
          codexHome,
          reported: ledger.images,
          earlier,
          ...(thread === undefined ? {} : { thread }),
        },
      });
      const { runCommand } = context;
      const grounds: Grounds = {
        request: operator,
        ledger: thread === undefined ? ledger : { ...ledger, thread },
        turn,
        outputs,
        ...(runCommand === undefined
          ? {}
          : {
              runCommand: async (command) =>
                runCommand({
                  command,
                  cwd: folders.kept,
                  environment: request.environment,
                  timeoutMs: checkLimitMs,
                  signal: context.signal,
                }),
            }),
      };
      // Before another turn of the same run: the commands of checks take their time.
      const rows = await context.watchdog.during("the checks", async () => judge(grounds));
      // Cancelled while it was checked: what nobody wants any more is not delivered.
      const stopped = context.signal.aborted ? reportError("cancelled", { by: "on request" }) : undefined;
      return { rows, outputs, ...present("error", turn.error ?? stopped ?? faultOfRun(rows, undefined)) };
    };
    const last = await repeat(attempt, text, { operator, session, images });
    return await conclude(last, {
      request,
      operator,
      session,
      turns,
      before,
      job: context.job.id,
    });
  } finally {
    await removeScratch(folders, context);
  }
}

const replacesEarlier =
  "The contract below replaces every earlier one of this thread: only its places count. What was made before is gone.";

/** How long the command of one check may take. */
const checkLimitMs = 120_000;

/** Writes only where the agent may: a private folder of this run. Its own words alone steer it: the repository counts as untrusted. */
function operatorThread(request: RunRequest, { scratch }: RunFolders) {
  const options = threadOptions(request, { untrusted: true });
  if (request.tier === "read-only") return options;
  return { ...options, cwd: scratch, excludesTemporary: true, addDirectories: [] };
}
