import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { openJobStore } from "../../src/jobs/store.ts";
import { verifies } from "../support/requirements.ts";
import { sampleResult, sampleTandem } from "./samples.ts";
import { makeFolder, sampleRequest, workspace } from "./support.ts";

verifies(
  "jobs.record-redaction",
  "a record holds neither the secret of a running command nor the one in an error",
  async () => {
    const store = openJobStore(makeFolder(), {
      tandem: sampleTandem,
      reportProblem: () => undefined,
      redact: (text) => text.replaceAll("hunter2", "[redacted:test]"),
    });
    const { id } = await store.create({ request: sampleRequest, workspace });
    const stored = () => readFileSync(join(store.foldersOf(id).job, "job.json"), "utf8");
    await store.update(id, { status: "running", currentCommand: "login --password hunter2" });
    expect(stored()).toContain("login --password [redacted:test]");
    const error = { kind: "protocol", message: "refused hunter2" } as const;
    await store.finish(id, { status: "failed", envelope: sampleResult, change: { error } });
    expect(stored()).toContain("refused [redacted:test]");
    expect(stored()).not.toContain("hunter2");
  },
);
