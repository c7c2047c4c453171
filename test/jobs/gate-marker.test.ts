import { join } from "node:path";
import { expect, vi } from "vitest";
import { isMarked, switchMarkerOff, switchMarkerOn } from "../../src/jobs/gate/gate-marker.ts";
import type * as PrivateFolders from "../../src/jobs/private-folders.ts";
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

verifies(
  "gate.switch",
  "on in one folder finds its marker although one inside of it is switched off then",
  () => {
    const root = makeHome("state");
    const [one, other] = ["/projects/one", "/projects/one/inner"];
    switchMarkerOn(root, other, "linux");
    others.act = (folder) => {
      if (folder !== join(root, "gate", "on", one)) return;
      others.act = undefined;
      switchMarkerOff(root, other);
    };
    switchMarkerOn(root, one, "linux");
    expect(others.act).toBeUndefined();
    expect([one, other].map((workspace) => isMarked(root, workspace))).toEqual([true, false]);
  },
);
