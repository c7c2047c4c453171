import { existsSync, readdirSync, rmdirSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { leaveNotice, takeNotices } from "../../src/jobs/notices.ts";
import type * as PrivateFolders from "../../src/jobs/private-folders.ts";
import { leaveNote, moveNotes, takeNotes } from "../../src/jobs/session-notes.ts";
import { leaveWarning, takeWarnings } from "../../src/jobs/unverified-reports.ts";
import { makeHome } from "../support/homes.ts";
import { verifies } from "../support/requirements.ts";

/** What another process does as soon as a folder has been made. */
const others = vi.hoisted((): { act?: ((folder: string) => void) | undefined } => ({}));
vi.mock("../../src/jobs/private-folders.ts", async (original) => {
  const real = await original<typeof PrivateFolders>();
  return {
    ...real,
    ensurePrivateFolder: (folder: string) => {
      real.ensurePrivateFolder(folder);
      others.act?.(folder);
    },
  };
});

const [first, second] = ["session-one", "session-two"];
const job = { id: "20260101t000000000-bcdfgh", kind: "task", session: first } as const;

/** Does something to the folder of a session once it has been made, the first time only. */
function once(root: string, session: string, act: (folder: string) => void): void {
  const place = join(root, "notices", session);
  others.act = (folder) => {
    if (folder !== place) return;
    others.act = undefined;
    act(folder);
  };
}

verifies(
  "plugin.sessions",
  "the end of a job is told although the last other note of its session is taken at that moment",
  () => {
    const root = makeHome("state");
    once(root, first, rmdirSync);
    leaveNotice(root, job);
    expect(others.act).toBeUndefined();
    expect(readdirSync(join(root, "notices"))).toEqual([first]);
    expect(takeNotices(root, first)).toEqual([job.id]);
  },
);

verifies(
  "plugin.sessions",
  "a note that is taken while all are passed on keeps none of the others back",
  () => {
    const root = makeHome("state");
    const names = ["one", "two", "three"];
    for (const name of names) leaveNote(root, first, { name, text: name });
    once(root, second, () => unlinkSync(join(root, "notices", first, "one")));
    moveNotes(root, first, second);
    expect(takeNotes(root, second, () => true).map(({ name }) => name)).toEqual(["three", "two"]);
    // Neither folder stays: it would start a hook for nothing.
    leaveNote(root, first, { name: "one", text: "" });
    once(root, second, () => unlinkSync(join(root, "notices", first, "one")));
    moveNotes(root, first, second);
    expect(readdirSync(join(root, "notices"))).toEqual([]);
  },
);

verifies("plugin.sessions", "a warning that comes after the warnings were taken waits on", () => {
  const root = makeHome("state");
  leaveNotice(root, job);
  expect(takeWarnings(root, first)).toEqual([]);
  leaveWarning(root, first, "agent-number-one", "UNVERIFIED");
  expect(takeNotices(root, first)).toEqual([job.id]);
  expect(takeWarnings(root, first)).toEqual(["UNVERIFIED"]);
  expect(existsSync(join(root, "notices", first))).toBe(false);
});
