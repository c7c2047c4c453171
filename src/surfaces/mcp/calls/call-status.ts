import type { CallToolResult } from "@modelcontextprotocol/server";
import { type Envelope, envelopeSchema, type JobSummary } from "../../../domain/envelope.ts";
import { toErrorReport } from "../../../domain/errors/tandem-error.ts";
import { isTerminal, shortJobId } from "../../../domain/job.ts";
import { callWords } from "../../../report/text/reader.ts";
import { resolveStateRoot } from "../../../settings/state-root.ts";
import { readReadiness } from "../../../setup/readiness.ts";
import { jobStatus, overview } from "../../client/status-envelope.ts";
import { readCrashNote } from "../crash-note.ts";
import type { CallContext, McpHost } from "../host.ts";
import { findWorkspace, openPlace } from "../place/open-place.ts";
import { loadFolderSettings } from "../place/open-session.ts";
import { answerText } from "../results/answer.ts";
import type { StatusArguments } from "../tools/status.ts";

/** The tool `status`: it answers even where nothing else can, and says why. */
export async function callStatus(values: StatusArguments, { host }: CallContext): Promise<CallToolResult> {
  const { job, all = false, workspace } = values;
  try {
    const { session, notes } = await openPlace({ folder: workspace, needsNoFolder: true }, host);
    const envelope = job === undefined ? await overview(session, all) : await jobStatus(session, job);
    const crash = readCrashNote(session.stateRoot);
    return await answerText(
      { ...envelope, nextSteps: stepsOf(envelope) },
      { notes: [...notes, ...session.warnings(), ...(crash === undefined ? [] : [crash])] },
    );
  } catch (error) {
    // Without jobs there is still to be said whether Codex can be used, and what is wrong with the state folder.
    if (job !== undefined || toErrorReport(error).kind !== "state_unwritable") throw error;
    return answerText(await withoutState(workspace, error, host));
  }
}

async function withoutState(folder: string | undefined, error: unknown, host: McpHost): Promise<Envelope> {
  const found = await findWorkspace(folder, host);
  const { workspace, settings } = await loadFolderSettings(host, found.folder);
  const { world } = host;
  const stateRoot = resolveStateRoot(world);
  const readiness = await readReadiness({ machine: world, workspace, stateRoot, settings });
  const problems = [...readiness.problems, toErrorReport(error)];
  return { schema: envelopeSchema, ok: false, kind: "status", readiness: { ...readiness, problems } };
}

function stepsOf({ job, jobs = [] }: Envelope): readonly string[] {
  const [newest] = jobs;
  const about = job ?? newest;
  return about === undefined ? [] : [stepOf(about)];
}

function stepOf({ id, status }: JobSummary): string {
  const job = shortJobId(id);
  return isTerminal(status)
    ? `${callWords("result", { job })} shows its result.`
    : `${callWords("result", { job, waitSeconds: 50 })} gives its answer; ${callWords("cancel", { job })} stops it.`;
}
