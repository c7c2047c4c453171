import { expect, vi } from "vitest";
import type { Pending } from "../../../src/domain/pending.ts";
import type { RunRequest } from "../../../src/domain/run.ts";
import { offerForms } from "../../../src/surfaces/mcp/forms/offer-forms.ts";
import { openTestStore, sampleRequest, sampleResult, workspace } from "../../jobs/support.ts";
import { verifies } from "../../support/requirements.ts";

const commandOf = (id: string): Pending => ({
  id,
  kind: "command",
  text: `command ${id}`,
  choices: ["accept", "decline"],
  expiresAt: "2099-01-01T00:00:00.000Z",
});

verifies(
  "mcp.forms",
  "each request gets one form, also where the journal is ahead of the record",
  async () => {
    const { store } = openTestStore();
    const request: RunRequest = { ...sampleRequest, askedBy: "mcp" };
    const { id } = await store.create({ request, workspace });
    await store.update(id, { status: "running", pending: [commandOf("1")] });
    const journal = await store.openJournal(id);
    const opened = (name: string) =>
      journal.append({ type: "request_opened", request: name, kind: "command", text: "" });
    opened("0");
    const messages: string[] = [];
    const jobsWithForms = new Set<string>();
    offerForms(await store.read(id), store, {
      client: () => ({ takesForms: true, namesFolders: false }),
      closing: new AbortController().signal,
      jobsWithForms,
      log: () => undefined,
      askPerson: async ({ message }) => {
        messages.push(message);
        return new Promise(() => undefined);
      },
    });
    await vi.waitFor(() => expect(messages).toHaveLength(1));
    // The second one was asked and the first one answered before the record tells of either.
    opened("1");
    journal.append({ type: "request_answered", request: "0", method: "", decision: "declined", text: "" });
    await journal.close();
    await store.update(id, { pending: [commandOf("2")] });
    await vi.waitFor(() => expect(messages).toHaveLength(2));
    expect(messages[1]).toContain("command 2");
    await store.finish(id, { status: "succeeded", envelope: sampleResult });
    await vi.waitFor(() => expect(jobsWithForms.size).toBe(0));
    expect(messages).toHaveLength(2);
  },
);
