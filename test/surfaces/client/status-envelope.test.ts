import { expect } from "vitest";
import { loadSettings } from "../../../src/settings/load.ts";
import { overview } from "../../../src/surfaces/client/status-envelope.ts";
import { createEnded, createSample, openTestStore } from "../../jobs/support.ts";
import { testMachine } from "../../support/environment.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

verifies(
  "life.shape",
  "a job elsewhere that was found dead by this very look is not told as active",
  async () => {
    const { root, store } = openTestStore();
    const world = testMachine();
    const settings = await loadSettings({ ...world, mode: "strict" });
    const listed = [await store.read(await createEnded(store)), await store.read(await createSample(store))];
    const source = { world, workspace: makeHome("here"), stateRoot: root, settings };
    const unlisted = async (active: typeof listed) =>
      (await overview({ ...source, store: { ...store, listActive: async () => active } }, false)).unlisted;
    expect(await unlisted(listed)).toEqual({ activeElsewhere: 1 });
    expect(await unlisted(listed.slice(0, 1))).toBeUndefined();
  },
);
