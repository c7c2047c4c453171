import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readCrashNote, writeCrashNote } from "../../../src/surfaces/mcp/crash-note.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

const note = {
  server: "codex-tandem mcp",
  version: "1",
  build: "b",
  at: "2026-01-01T10:00:00.000Z",
  reason: "it broke",
  reconnect: "again",
};

verifies("mcp.crash", "the note is told for a day, and a broken one is nothing", () => {
  const root = join(makeHome("state"), "new");
  expect(readCrashNote(root)).toBeUndefined();
  writeCrashNote(root, { ...note, reason: "older" });
  writeCrashNote(root, note);
  expect(readCrashNote(root, new Date("2026-01-02T09:00:00Z"))).toContain(`${note.at} (it broke)`);
  expect(readCrashNote(root, new Date("2026-01-02T11:00:00Z"))).toBeUndefined();
  for (const text of ["", "{", "[]", '{"at":7,"reason":"x"}', '{"at":"never","reason":"x"}']) {
    writeFileSync(join(root, "mcp-crash.json"), text);
    expect(readCrashNote(root), text).toBeUndefined();
  }
});
