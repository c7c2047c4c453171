import type { CallToolResult } from "@modelcontextprotocol/server";
import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError, toErrorReport } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, shortJobId } from "../../../domain/job.ts";
import { oneLine } from "../../../report/text/sanitise.ts";
import type { ClientSession } from "../../client/client-session.ts";
import { readSlash, type SlashLine } from "../../slash/read-slash.ts";
import type { CallContext } from "../host.ts";
import type { McpSession } from "../place/open-session.ts";
import { callText } from "../results/tool-words.ts";
import { longestContext, stop, tellModel, textOf } from "./hook-answer.ts";
import { begunJob, rescueCall, runHasBegun, runsInBackground, waitFor } from "./slash-words.ts";
import { startTyped, type Typed } from "./start-typed.ts";

/** A command as the hook of our plugin hands it over. */
export interface TypedSlash extends Typed {
  /** Claude Code's own name for what was typed. */
  readonly prompt: string;
}

/**
 * Answers a slash command before the model is asked: what needs no model ends here, a run begins as it was typed and the model gets
 * its job, and every error is the person's to read, never the model's to retell.
 */
export async function answerSlash(typed: TypedSlash, context: CallContext): Promise<CallToolResult> {
  try {
    const line = readSlash(typed.command, typed.args);
    switch (line.command) {
      case "status":
        return await tellStatus(line, await openSession(typed.cwd, context));
      case "cancel":
        return stop(await textOf(await cancelTyped(line, await openSession(typed.cwd, context))));
      case "result":
        return await giveResult(line, await openSession(typed.cwd, context));
      case "watch":
        return await followJob(line, await openSession(typed.cwd, context));
      case "rescue":
        return line.flags.has("raw") || line.flags.has("rehearse")
          ? await startRun(line, typed, context)
          : await openRescue(line, typed, context);
      case "gate":
      case "apply":
        return stop(await textOf(await startTyped(typed, context.host)));
      case "setup":
        return await tellSetup(await startTyped(typed, context.host));
      default:
        return await startRun(line, typed, context);
    }
  } catch (error) {
    const report = toErrorReport(error);
    return stop(await textOf({ schema: envelopeSchema, ok: false, kind: "error", error: report }));
  }
}

async function tellStatus({ flags, job }: SlashLine, session: McpSession): Promise<CallToolResult> {
  const { jobStatus, overview } = await import("../../client/status-envelope.ts");
  if (job !== undefined) return stop(await textOf(await jobStatus(session, job)));
  const text = await textOf(await overview(session, flags.has("all")));
  // What of the settings is ignored has no place in the list of those in force.
  return stop([text, ...session.warnings().map((warning) => `Note: ${oneLine(warning)}\n`)].join(""));
}

async function cancelTyped({ flags, job }: SlashLine, session: ClientSession): Promise<Envelope> {
  const { cancelJobs } = await import("../../client/cancel-jobs.ts");
  return (await cancelJobs(job, flags.has("all") ? { all: true } : {}, session)).envelope;
}

/** The stored result: for the person alone, or into the conversation so that it can be worked with. */
async function giveResult({ flags, job }: SlashLine, session: ClientSession): Promise<CallToolResult> {
  const { newestEnded, resultOf } = await import("../../client/result-of.ts");
  const { store } = session;
  const record = job === undefined ? await newestEnded(session) : await store.find(job);
  if (!isTerminal(record.status)) throw new TandemError("job_running", { id: record.id });
  const text = await textOf(await resultOf(record, store));
  await store.markRead(record.id);
  if (flags.has("show")) return stop(text);
  const name = shortJobId(record.id);
  return text.length > longestContext
    ? tellModel(`Get the result of Codex job ${name}, all pages of it: ${callText("result", { job: name })}`)
    : tellModel(`The stored result of Codex job ${name}, whole and as it is:\n\n${text}`);
}

async function followJob(line: SlashLine, { store, workspace }: ClientSession): Promise<CallToolResult> {
  const named = line.job === undefined ? undefined : await store.find(line.job);
  const active = named === undefined ? await store.listActive() : [];
  const job = named ?? active.find((record) => record.workspace === workspace && !isTerminal(record.status));
  if (job === undefined) {
    const problem = `No job of ${workspace} is running.`;
    throw new TandemError("job_not_found", { searched: workspace, problem });
  }
  return tellModel(waitFor(line, job.id));
}

async function startRun(line: SlashLine, typed: Typed, { host }: CallContext): Promise<CallToolResult> {
  const envelope = await startTyped(typed, host);
  const job = begunJob(envelope);
  if (job === undefined) return stop(await textOf(envelope));
  return line.flags.has("background") ? stop(runsInBackground(line, job)) : tellModel(runHasBegun(line, job));
}

async function openRescue(
  line: SlashLine,
  { cwd, prompt }: TypedSlash,
  context: CallContext,
): Promise<CallToolResult> {
  const session = await openSession(cwd, context);
  const resumes = await jobToResume(line, session);
  context.host.rescues.open(prompt, { words: line.text, mayWrite: line.flags.has("write") });
  return tellModel(rescueCall(line, resumes));
}

/** The job whose thread goes on: the one that was named, or with --resume the last task of this folder. */
async function jobToResume({ flags }: SlashLine, session: ClientSession): Promise<string | undefined> {
  const named = flags.get("job")?.[0];
  if (named !== undefined) return shortJobId((await session.store.find(named)).id);
  if (!flags.has("resume")) return undefined;
  const { store, workspace } = session;
  const { records } = await store.list({ workspace, limit: 50 });
  const last = records.find(({ kind, isThreadKept }) => kind === "task" && isThreadKept === true);
  if (last !== undefined) return shortJobId(last.id);
  const problem = `No task of ${workspace} left a thread to go on with.`;
  throw new TandemError("job_not_found", { searched: workspace, problem });
}

/** All is well: the person reads it. Something is missing: the model offers to help, which takes asking first. */
async function tellSetup(envelope: Envelope): Promise<CallToolResult> {
  const text = await textOf(envelope);
  return envelope.ok || envelope.kind === "error" ? stop(text) : tellModel(text);
}

/** The folder of the session when it is one of the client's, else the client's own. */
async function openSession(folder: string, { host }: CallContext): Promise<McpSession> {
  const { openPlace } = await import("../place/open-place.ts");
  try {
    return (await openPlace(folder === "" ? {} : { folder }, host)).session;
  } catch {
    // A folder that is gone or lies elsewhere: jobs are named from anywhere.
    return (await openPlace({ needsNoFolder: true }, host)).session;
  }
}
