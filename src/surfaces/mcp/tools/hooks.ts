import { type Envelope, envelopeSchema } from "../../../domain/envelope.ts";
import { TandemError, toErrorReport } from "../../../domain/errors/tandem-error.ts";
import { isTerminal } from "../../../domain/job.ts";
import { good } from "../../../settings/value-kind.ts";
import type { ClientSession } from "../../client/client-session.ts";
import type { Field } from "../arguments/fields.ts";
import type { CallContext } from "../host.ts";
import { defineTool, type Tool } from "./tool.ts";

/** What was typed behind a slash command. */
interface Typed {
  readonly job?: string;
  readonly all: boolean;
}

/** A hook gives every input as text, and whatever a person typed is an answer's matter, not a refusal's. */
const typed: Field<string> = {
  about: "",
  schema: { type: "string" },
  read: (given) => good(typeof given === "string" ? given : ""),
};

/**
 * Tools for the hooks of our own plugin: a slash command that they answer costs no model call and no start of Node. Claude Code
 * calls them by name although they are not listed (2.1.197, 2.1.329).
 */
export const hookTools: readonly Tool[] = [
  hookTool("hook_status", async ({ job, all }, session) => {
    const { jobStatus, overview } = await import("../../client/status-envelope.ts");
    return job === undefined ? overview(session, all) : jobStatus(session, job);
  }),
  hookTool("hook_result", async ({ job }, session) => {
    const { newestEnded, resultOf } = await import("../../client/result-of.ts");
    const { store } = session;
    const record = job === undefined ? await newestEnded(session) : await store.find(job);
    if (!isTerminal(record.status)) throw new TandemError("job_running", { id: record.id });
    const envelope = await resultOf(record, store);
    await store.markRead(record.id);
    return envelope;
  }),
  hookTool("hook_cancel", async ({ job, all }, session) => {
    const { cancelJobs } = await import("../../client/cancel-jobs.ts");
    return (await cancelJobs(job, all ? { all } : {}, session)).envelope;
  }),
];

function hookTool(name: string, work: (line: Typed, session: ClientSession) => Promise<Envelope>): Tool {
  return defineTool({
    name,
    title: name,
    description: "For the hooks of this plugin.",
    isHidden: true,
    annotations: { readOnlyHint: name !== "hook_cancel", openWorldHint: false },
    fields: { args: typed, cwd: typed, session: typed },
    call: async ({ args = "", cwd = "" }, context) => {
      let envelope: Envelope;
      try {
        envelope = await work(readLine(args), await openSession(cwd, context));
      } catch (error) {
        envelope = { schema: envelopeSchema, ok: false, kind: "error", error: toErrorReport(error) };
      }
      const { renderEnvelope } = await import("../../../report/text/render-envelope.ts");
      const text = renderEnvelope(envelope, { columns: 80, colour: false });
      // With this a hook ends the command before any model is asked, and the person reads the text.
      return { content: [{ type: "text", text: JSON.stringify({ continue: false, stopReason: text }) }] };
    },
  });
}

/** The folder of the session when it is one of the client's, else the client's own. */
async function openSession(folder: string, { host }: CallContext): Promise<ClientSession> {
  const { openPlace } = await import("../place/open-place.ts");
  try {
    return (await openPlace(folder === "" ? {} : { folder }, host)).session;
  } catch {
    // A folder that is gone or lies elsewhere: jobs are named from anywhere.
    return (await openPlace({ needsNoFolder: true }, host)).session;
  }
}

function readLine(args: string): Typed {
  const words = args.split(/\s+/).filter((word) => word !== "");
  const job = words.find((word) => !word.startsWith("-"));
  return { ...(job === undefined ? {} : { job }), all: words.includes("--all") };
}
