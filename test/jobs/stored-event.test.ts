import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { parseEntry } from "../../src/jobs/journal-entry.ts";
import { systemWorld } from "../../src/jobs/state-world.ts";
import { advanceProgress, startProgress } from "../../src/report/progress/progress-state.ts";
import { renderProgress } from "../../src/report/progress/render-progress.ts";
import { watchLines } from "../../src/report/progress/watch-lines.ts";
import { watchedEvents } from "../report/progress/watched-events.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { fieldsOf, strangeValue, withField } from "./receipt-support.ts";
import { halfRun } from "./samples.ts";
import { createSample, openTestStore } from "./support.ts";

const at = "2026-11-21T00:00:00.000Z";
const events = [...halfRun, ...watchedEvents];
const damaged = fc
  .constantFrom(...events)
  .chain((event) => fc.tuple(fc.constant(event), fc.constantFrom(...fieldsOf(event)), strangeValue))
  .map(([event, field, value]) => `{"at":"${at}","event":${withField(event, field, value)}}`);

describe("a line of a journal", () => {
  verifies("report.watch", "is shown to whoever watches or waits, or left out, whatever it holds", () => {
    fc.assert(
      fc.property(damaged, (line) => {
        const entry = parseEntry(line);
        if (entry === undefined) return;
        watchLines(entry.event, entry.at, { columns: 80, colour: false });
        renderProgress(advanceProgress(startProgress(0), entry.event), 1, 80);
      }),
      fc.cases(500),
    );
    expect(events.map((event) => parseEntry(JSON.stringify({ at, event }))?.event)).toEqual(events);
  });

  verifies("report.watch", "of an event that a later version has changes nothing in what is shown", () => {
    const entry = parseEntry(`{"at":"${at}","event":{"type":"moon_rose","text":3}}`);
    const state = startProgress(0);
    expect(entry && advanceProgress(state, entry.event)).toBe(state);
  });

  verifies("jobs.dead-owner", "that is damaged keeps no lost job from its end", async () => {
    const { self, ...world } = systemWorld();
    const dead = { ...world, self: { ...self, startTime: "1" } };
    await fc.assert(
      fc.asyncProperty(damaged, async (line) => {
        const { root, store } = openTestStore(undefined, { world: dead });
        const id = await createSample(store);
        await store.update(id, { status: "running", engine: "exec" });
        const journal = await store.openJournal(id);
        for (const event of halfRun) journal.append(event);
        await journal.close();
        appendFileSync(join(store.foldersOf(id).job, "events.jsonl"), `${line}\n`);
        const reader = openTestStore(root);
        expect(await reader.store.listActive()).toMatchObject([{ id, error: { kind: "broker_lost" } }]);
        expect(await reader.store.readResult(id)).toMatchObject({ error: { kind: "broker_lost" } });
      }),
      fc.cases(60),
    );
  });
});
