import { isRecord, parseJson } from "../../domain/json.ts";
import { isSessionId } from "../../domain/session-id.ts";

/** What Claude Code (2.1.197, 2.1.329) tells every hook, as far as ours ask. */
export interface HookInput {
  readonly session: string;
  /** Absolute; where Claude Code is now, which need not be where it was opened. */
  readonly cwd: string;
  /** The same for all stops of one prompt, also when a hook has sent Claude Code back. */
  readonly prompt?: string;
  readonly isStopHookActive: boolean;
  /** Why a session ended: `clear` is none, the process goes on. */
  readonly reason?: string;
  /** The subagent that wants to stop. */
  readonly agent?: AgentInput;
}

/** What is told of a subagent that wants to stop. */
interface AgentInput {
  readonly id: string;
  /** Its last message. */
  readonly report: string;
  /** Absolute path of the record of its conversation, a JSON value in each line. */
  readonly transcript?: string;
}

/** Undefined for what is no input of a hook. */
export function parseHookInput(text: string): HookInput | undefined {
  const value = parseJson(text);
  if (!isRecord(value)) return undefined;
  const { session_id: session, cwd, prompt_id: prompt, stop_hook_active: isActive, reason } = value;
  if (typeof session !== "string" || !isSessionId(session) || typeof cwd !== "string") return undefined;
  return {
    session,
    cwd,
    isStopHookActive: isActive === true,
    ...(typeof prompt === "string" && prompt.length <= longestId ? { prompt } : {}),
    ...(typeof reason === "string" ? { reason } : {}),
    ...agentOf(value),
  };
}

function agentOf({
  agent_id: id,
  last_assistant_message: report,
  agent_transcript_path: transcript,
}: Record<string, unknown>): Pick<HookInput, "agent"> {
  if (typeof id !== "string") return {};
  return {
    agent: {
      id,
      report: typeof report === "string" ? report : "",
      ...(typeof transcript === "string" ? { transcript } : {}),
    },
  };
}

const longestId = 200;
