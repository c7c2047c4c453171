import type { CallContext } from "../host.ts";

/** As Claude Code names its uses of tools; anything shorter may come again. */
const toolUseForm = /^toolu_[A-Za-z0-9_-]{12,}$/;

/**
 * The idempotency key of a run: the one that the caller gives, else its own name for this use of a tool, so that a call that is sent
 * twice is one run. Undefined where the client names nothing.
 */
export function callKey(
  given: string | undefined,
  { toolUse, host }: Pick<CallContext, "toolUse" | "host">,
): string | undefined {
  if (given !== undefined) return given;
  if (toolUse === undefined || !toolUseForm.test(toolUse)) return undefined;
  return `${host.session.id ?? "no session"}/${toolUse}`;
}
