import { RolloutReader } from "../exec/rollout-reader.ts";
import { ToolCalls } from "../exec/tool-calls.ts";

/**
 * Watches for writes that the sandbox refuses by the thread's session file, for threads that were resumed: those give no raw
 * items (Codex 0.169), and a refused command may have no other. The returned function names what came since. Never rejects.
 */
export async function watchRefusals(
  codexHome: string,
  thread: string,
): Promise<() => Promise<readonly string[]>> {
  const calls = new ToolCalls();
  const reader = new RolloutReader(codexHome, thread, ({ type, payload }) => {
    if (type === "response_item") calls.read(payload);
  });
  try {
    await reader.skipToEnd();
  } catch {
    // Out of reach: nothing of this turn is known from it, and nothing of earlier ones may count.
    return async () => [];
  }
  return async () => {
    await reader.poll();
    return calls.blockedWrites;
  };
}
