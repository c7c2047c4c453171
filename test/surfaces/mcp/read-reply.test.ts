import { describe, expect } from "vitest";
import type { Pending } from "../../../src/domain/pending.ts";
import { readReply } from "../../../src/surfaces/mcp/calls/read-reply.ts";
import type { McpSession } from "../../../src/surfaces/mcp/place/open-session.ts";
import { createSample, openTestStore } from "../../jobs/support.ts";
import { verifies } from "../../support/requirements.ts";

const session = { world: { environment: {} } } as McpSession;

/** What a refusal means to a job with these requests. */
async function refuse(...ids: readonly string[]) {
  const { store } = openTestStore();
  const job = await store.read(await createSample(store));
  const pending = ids.map((id): Pending => {
    const expiresAt = "2099-01-01T00:00:00.000Z";
    return { id, kind: "command", text: "touch outside", choices: ["accept", "decline"], expiresAt };
  });
  return readReply({ job: job.id, decision: "decline" }, { ...job, status: "running", pending }, session);
}

describe("a refusal without the name of a request", () => {
  verifies("mcp.reply", "is of the one that waits, and of none that takes its place", async () => {
    expect(await refuse("2")).toEqual({
      type: "answer",
      pending: "2",
      answer: { decision: "decline", origin: "tool" },
    });
  });

  verifies("mcp.reply", "is taken where one request waits only", async () => {
    await expect(refuse()).rejects.toThrow("No such request");
    await expect(refuse("1", "2")).rejects.toThrow("Several requests of Codex wait: 1, 2.");
  });
});
