import { isSessionId } from "../domain/session-id.ts";
import { leaveNote, takeNotes } from "./session-notes.ts";

const prefix = "unverified-";

/**
 * Keeps a warning about the report of an agent for the session of Claude Code that the agent works in: Claude Code shows nobody what
 * the hook of an agent's end says, so another hook of the session has to. Never fails.
 */
export function leaveWarning(stateRoot: string, session: string, agent: string, warning: string): void {
  if (isSessionId(agent)) leaveNote(stateRoot, session, { name: `${prefix}${agent}`, text: warning });
}

/** The warnings that this session has not been given. They are given once. */
export function takeWarnings(stateRoot: string, session: string): readonly string[] {
  return takeNotes(stateRoot, session, isWarning).map(({ text }) => text);
}

/** True for the name of a note that is a warning. */
export function isWarning(name: string): boolean {
  return name.startsWith(prefix);
}
