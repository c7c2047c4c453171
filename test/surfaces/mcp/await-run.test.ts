import { expect } from "vitest";
import { awaitRun } from "../../../src/surfaces/mcp/calls/await-run.ts";
import type { CallContext } from "../../../src/surfaces/mcp/host.ts";
import type { McpSession } from "../../../src/surfaces/mcp/place/open-session.ts";
import { createEnded, openTestStore } from "../../jobs/support.ts";
import { verifies } from "../../support/requirements.ts";

verifies("mcp.take-back", "as its run ends leaves the result unread, since nobody gets it", async () => {
  const { store } = openTestStore();
  const id = await createEnded(store);
  const call = new AbortController();
  const read = async () => {
    // What waiting for a job that has ended does not look at is left out.
    const context = {
      signal: call.signal,
      host: { client: () => ({ takesForms: false, namesFolders: false }) },
    } as unknown as CallContext;
    const session = {
      store,
      settings: { values: { retention_read_count: 1_000 } },
      log: () => undefined,
    } as unknown as McpSession;
    const none = () => undefined;
    const progress = { say: none, report: none, stop: none };
    await awaitRun(
      await store.read(id),
      { budgetMs: undefined, isStarter: true, progress },
      context,
      session,
    );
    return (await store.read(id)).readAt;
  };
  call.abort();
  expect(await read()).toBeUndefined();
});
