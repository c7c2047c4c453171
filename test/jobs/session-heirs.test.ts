import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { leaveNotice, takeNotices } from "../../src/jobs/notices.ts";
import { currentSession, keepSession, passSessionOn } from "../../src/jobs/session-heirs.ts";
import { moveNotes } from "../../src/jobs/session-notes.ts";
import { leaveWarning, takeWarnings } from "../../src/jobs/unverified-reports.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

const [first, second, third] = ["session-one", "session-two", "session-three"];
const job = { id: "20260101t000000000-bcdfgh", kind: "task", session: first } as const;

verifies("plugin.sessions", "a session goes on under the last id, and back under its own", async () => {
  const root = makeHome("state");
  expect(currentSession(root, first)).toBe(first);
  await passSessionOn(root, first, second);
  await passSessionOn(root, second, third);
  expect([first, second, third].map((id) => currentSession(root, id))).toEqual([third, third, third]);
  // `/resume` of the first one.
  await passSessionOn(root, third, first);
  expect([first, second, third].map((id) => currentSession(root, id))).toEqual([first, first, first]);
  await passSessionOn(root, first, second);
  keepSession(root, first);
  expect([first, second].map((id) => currentSession(root, id))).toEqual([first, second]);
});

verifies("plugin.sessions", "what is no id of a session leads nowhere", async () => {
  const root = makeHome("state");
  await passSessionOn(root, first, "../../elsewhere");
  await passSessionOn(root, "../elsewhere", first);
  await passSessionOn(root, first, first);
  expect(existsSync(join(root, "heirs"))).toBe(false);
  await passSessionOn(root, first, second);
  writeFileSync(join(root, "heirs", second), "../x", { mode: 0o600 });
  expect(currentSession(root, first)).toBe(second);
  // Written by nobody of us: a circle.
  writeFileSync(join(root, "heirs", second), first, { mode: 0o600 });
  expect(currentSession(root, first)).toBe(second);
});

verifies(
  "plugin.sessions",
  "what waits for a session goes to the one after it, and is given once",
  async () => {
    const root = makeHome("state");
    leaveNotice(root, job);
    leaveWarning(root, first, "agent-number-one", "UNVERIFIED");
    await passSessionOn(root, first, second);
    moveNotes(root, first, second);
    const late = { ...job, id: "20260101t000000001-bcdfgh" };
    leaveNotice(root, late);
    expect(takeNotices(root, first)).toEqual([]);
    expect(takeWarnings(root, second)).toEqual(["UNVERIFIED"]);
    expect(takeNotices(root, second)).toEqual([job.id, late.id]);
    expect(existsSync(join(root, "notices", second))).toBe(false);
  },
);
