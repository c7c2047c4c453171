import type { ThreadSession, TurnOutcome } from "../../codex/engine.ts";
import type { Artifact } from "../../domain/envelope.ts";
import { type ErrorReport, toErrorReport } from "../../domain/errors/tandem-error.ts";
import { type OperatorRequest, retryableKinds } from "../../domain/operator.ts";
import type { RunRequest } from "../../domain/run.ts";
import type { Digest } from "../../evidence/digest.ts";
import { fileType, mediaTypes } from "../../evidence/files/file-type.ts";
import { present } from "../present.ts";
import type { TaskContext, TaskResult } from "../task.ts";
import { threadOptions } from "../thread-options.ts";
import { collectOutputs } from "./collect-outputs.ts";
import type { CollectedOutput } from "./collected-output.ts";
import { type Delivery, deliverOutputs } from "./deliver.ts";
import { readFinalLine } from "./final-line.ts";
import { judge } from "./judge.ts";
import { faultOfRun } from "./outcome.ts";
import type { PreparedOperator } from "./prepare-operator.ts";
import { describeProvenance } from "./provenance.ts";
import { renderContract, renderRetry } from "./render-contract.ts";
import { failed, type Row } from "./row.ts";
import { emptyLedger, noteEvent, type RunLedger } from "./run-ledger.ts";
import { makeFolders, type RunFolders, removeScratch, scratchPath } from "./scratch.ts";
import { readSeeds } from "./seeds.ts";
import { imageNames } from "./thread-images.ts";

/** Runs an operator: done only when files, events and checks say so, whatever the agent claims. */
export async function runOperator(
  request: RunRequest,
  { operator, images, codexHome }: PreparedOperator,
  context: TaskContext,
): Promise<TaskResult> {
  const before = await readSeeds(operator);
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
      const rows = await judge({
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
                }),
            }),
      });
      return { rows, outputs, ...present("error", faultOfRun(rows, turn.error)) };
    };
    const last = await repeat(attempt, text, { operator, session, images });
    return await conclude(last, {
      request,
      operator,
      session,
      turns,
      job: context.job.id,
    });
  } finally {
    await removeScratch(folders);
  }
}

const replacesEarlier =
  "The contract below replaces every earlier one of this thread: only its places count. What was made before is gone.";

/** How long the command of one check may take. */
const checkLimitMs = 120_000;

interface Attempt {
  readonly rows: readonly Row[];
  readonly outputs: readonly CollectedOutput[];
  readonly error?: ErrorReport;
}

/** Asks the same thread again, with only what failed, as often as the contract allows; not when the same fails again in the same way. */
async function repeat(
  attempt: (prompt: string, attached: readonly string[]) => Promise<Attempt>,
  text: string,
  {
    operator,
    session,
    images,
  }: { operator: OperatorRequest; session: ThreadSession; images: readonly string[] },
): Promise<Attempt> {
  const used = new Map<string, number>();
  let last = await attempt(text, images);
  for (;;) {
    const kind = retryableKinds.find((each) => each === last.error?.kind);
    if (kind === undefined || !session.takesFollowUps) return last;
    const count = used.get(kind) ?? 0;
    if (count >= (operator.contract.retry[kind] ?? 0)) return last;
    used.set(kind, count + 1);
    const failure = failureOf(last.rows);
    last = await attempt(renderRetry(last.rows, operator), []);
    if (last.error === undefined || failureOf(last.rows) === failure) return last;
  }
}

/** What failed and how, so that two failures can be compared. */
function failureOf(rows: readonly Row[]): string {
  return JSON.stringify(
    rows.flatMap(({ required, status, check, detail }) =>
      required && status !== "passed" ? [[check, detail]] : [],
    ),
  );
}

/** Writes only where the agent may: a private folder of this run. Its own words alone steer it: the repository counts as untrusted. */
function operatorThread(request: RunRequest, { scratch }: RunFolders) {
  const options = threadOptions(request, { untrusted: true });
  if (request.tier === "read-only") return options;
  return { ...options, cwd: scratch, excludesTemporary: true, addDirectories: [] };
}

interface Ending {
  readonly operator: OperatorRequest;
  readonly session: ThreadSession;
  readonly turns: readonly TurnOutcome[];
  readonly request: RunRequest;
  readonly job: string;
}

async function conclude(
  { rows, outputs, error }: Attempt,
  { operator, session, turns, request, job }: Ending,
): Promise<TaskResult> {
  const answer = turns.at(-1)?.answer;
  const { thread, model } = session.facts;
  const origin = { job, thread, at: new Date().toISOString(), ...present("model", model) };
  const provenanceOf = (output: CollectedOutput) => describeProvenance(output, request, origin);
  // What a scripted model made must not be taken for the real thing.
  const delivers = error === undefined && !request.rehearsal;
  const delivery = delivers
    ? await deliver(outputs, { overwrite: operator.overwrite, provenanceOf })
    : undefined;
  const fault = error ?? delivery;
  const evidence = (delivery === undefined ? rows : [...rows, failed("delivery", delivery.message)]).map(
    ({ check, status, detail }) => ({ check, status, detail }),
  );
  const isDone = fault === undefined;
  const isPlaced = isDone && delivers;
  return {
    session,
    turns,
    warnings: isDone && !delivers && outputs.length > 0 ? [keptOfRehearsal] : [],
    parts: {
      ...(isDone ? { summary: summaryOf(operator, outputs) } : {}),
      ...(isDone ? present("answer", resultText(outputs)) : {}),
      ...present("raw", answer),
      evidence,
      artifacts: outputs.flatMap((output) => artifactOf(output, isPlaced)),
      ...present("error", fault),
    },
  };
}

const keptOfRehearsal = "A rehearsal puts nothing to its place: what it made is kept with the job.";

async function deliver(
  outputs: readonly CollectedOutput[],
  delivery: Delivery,
): Promise<ErrorReport | undefined> {
  try {
    await deliverOutputs(outputs, delivery);
    return undefined;
  } catch (thrown) {
    return toErrorReport(thrown);
  }
}

function summaryOf({ contract }: OperatorRequest, outputs: readonly CollectedOutput[]): string {
  const made = outputs.map(({ label, digest }) => `${label} (${digest?.bytes ?? 0} bytes)`).join(", ");
  return made === ""
    ? `${contract.name}: all checks passed.`
    : `${contract.name} made ${made}; all checks passed.`;
}

/** What a run gives as its result is its answer too. */
function resultText(outputs: readonly CollectedOutput[]): string | undefined {
  return outputs.find(({ declared }) => declared.from === "result")?.content?.toString("utf8");
}

/** Where the file is now: at its place, or, of a run that did not succeed, in our own copy. */
function artifactOf(
  { declared, content, digest, kept }: CollectedOutput,
  isPlaced: boolean,
): readonly Artifact[] {
  const path = isPlaced ? (declared.destination ?? kept) : kept;
  if (content === undefined || digest === undefined || path === undefined) return [];
  const type = fileType(content);
  return [
    {
      path,
      ...(digest satisfies Digest),
      mediaType: type === undefined ? "application/octet-stream" : mediaTypes[type],
    },
  ];
}
