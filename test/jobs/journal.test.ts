import { createHash } from "node:crypto";
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { RunEvent } from "../../src/domain/events.ts";
import { readJournal, wholeEvent } from "../../src/jobs/journal-reader.ts";
import { repairJournal } from "../../src/jobs/journal-repair.ts";
import { openJournal } from "../../src/jobs/journal-writer.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { halfRun } from "./samples.ts";
import { kindOf, makeFolder } from "./support.ts";

const now = () => new Date("2026-11-21T02:47:00.000Z");
const plain = { now, redact: (text: string) => text };
const texts: readonly RunEvent[] = [
  { type: "reasoning", text: 'naïve ✓ 𝒳 \u2028 \n \r\n \u0000 " \\' },
  { type: "unknown", name: "later", payload: { deep: [{ text: "ä" }, null, 1.5, true] } },
  ...halfRun,
];

describe("writing", () => {
  verifies(
    "jobs.journal",
    "all events are kept in the order of the calls, whatever their texts hold",
    async () => {
      const folder = makeFolder();
      const events = Array.from({ length: 500 }, (_, index): RunEvent => {
        const event = texts[index % texts.length];
        return event?.type === "reasoning"
          ? { ...event, text: `${index} ${event.text}` }
          : (event ?? { type: "reasoning", text: "" });
      });
      await write(folder, events);
      const journal = readJournal(folder);
      expect(journal.entries.map(({ event }) => event)).toEqual(events);
      expect(journal).toMatchObject({ strays: [], tornBytes: 0 });
      expect(journal.entries.every(({ at }) => at === "2026-11-21T02:47:00.000Z")).toBe(true);
    },
  );

  verifies(
    "jobs.journal",
    "what was flushed can be read, and a reader goes on from where it was",
    async () => {
      const folder = makeFolder();
      const journal = await openJournal(folder, plain);
      journal.append({ type: "reasoning", text: "one" });
      await journal.flush();
      const first = readJournal(folder);
      expect(first.entries).toHaveLength(1);
      journal.append({ type: "reasoning", text: "two" });
      await journal.close();
      const second = readJournal(folder, { from: first.nextOffset });
      expect(second.entries.map(({ event }) => event)).toEqual([{ type: "reasoning", text: "two" }]);
      expect(readJournal(folder, { from: second.nextOffset }).entries).toEqual([]);
    },
  );

  verifies("jobs.journal", "an event over 64 KiB goes by hash into a file and comes back whole", async () => {
    const folder = makeFolder();
    const output = "é".repeat(200_000);
    const long: RunEvent = {
      type: "command_completed",
      item: "1",
      command: "make",
      status: "completed",
      output,
      reads: [],
    };
    const wide: RunEvent = {
      type: "unknown",
      name: "wide",
      payload: Array.from({ length: 20_000 }, (_, index) => index * 1_000),
    };
    await write(folder, [long, wide]);
    expect(statSync(join(folder, "events.jsonl")).size).toBeLessThan(64 * 1024);
    const { entries } = readJournal(folder);
    expect(entries.map((entry) => wholeEvent(folder, entry))).toEqual([long, wide]);
    expect(entries[0]?.event).toMatchObject({ type: "command_completed", command: "make" });
    for (const name of readdirSync(join(folder, "payloads"))) {
      const sha256 = createHash("sha256")
        .update(readFileSync(join(folder, "payloads", name)))
        .digest("hex");
      expect(name).toBe(`${sha256}.json`);
    }
  });

  verifies("jobs.journal", "the limit of a line is exact: one byte less stays, one more goes", async () => {
    const folder = makeFolder();
    const frame = JSON.stringify({ type: "reasoning", text: "" }).length;
    const fits: RunEvent = { type: "reasoning", text: "x".repeat(64 * 1024 - frame) };
    const tooLong: RunEvent = { type: "reasoning", text: `${fits.text}x` };
    await write(folder, [fits, tooLong]);
    const { entries } = readJournal(folder);
    expect(entries.map(({ payload }) => payload === undefined)).toEqual([true, false]);
  });

  verifies("jobs.journal", "a payload file that was changed is not believed", async () => {
    const folder = makeFolder();
    await write(folder, [{ type: "reasoning", text: "x".repeat(100_000) }]);
    const [name = ""] = readdirSync(join(folder, "payloads"));
    writeFileSync(join(folder, "payloads", name), JSON.stringify({ type: "reasoning", text: "forged" }));
    const [entry] = readJournal(folder).entries;
    if (entry === undefined) throw new Error("no entry");
    expect(wholeEvent(folder, entry)).toEqual(entry.event);
  });

  verifies("jobs.journal", "texts are redacted at any depth before anything is written", async () => {
    const folder = makeFolder();
    const redact = (text: string) => text.replaceAll('top"secret', "[REDACTED]");
    const journal = await openJournal(folder, { now, redact });
    journal.append({ type: "message", item: "1", text: 'my top"secret' });
    journal.append({ type: "unknown", name: "n", payload: [{ text: 'top"secret' }] });
    journal.append({ type: "reasoning", text: `${"x".repeat(100_000)} top"secret` });
    await journal.close();
    const written = [
      join(folder, "events.jsonl"),
      ...readdirSync(join(folder, "payloads")).map((name) => join(folder, "payloads", name)),
    ]
      .map((path) => readFileSync(path, "utf8"))
      .join("");
    expect(written).not.toContain("secret");
    expect(written.match(/\[REDACTED\]/g)).toHaveLength(3);
  });

  verifies(
    "jobs.state-errors",
    "a journal that cannot be written fails at its opening or the next flush",
    async () => {
      expect(await kindOf(async () => openJournal("/proc/nowhere", plain))).toBe("state_unwritable");
      const folder = makeFolder();
      const journal = await openJournal(folder, plain);
      writeFileSync(join(folder, "payloads"), "a file where the folder should be");
      journal.append({ type: "reasoning", text: "x".repeat(100_000) });
      expect(await kindOf(async () => journal.flush())).toBe("state_unwritable");
      journal.append({ type: "reasoning", text: "after" });
      await journal.close();
      expect(readJournal(folder).entries.map(({ event }) => event)).toEqual([
        { type: "reasoning", text: "after" },
      ]);
    },
  );
});

describe("a torn journal", () => {
  verifies(
    "jobs.torn-journal",
    "cut at any byte, every whole line is kept and the cut is recorded",
    async () => {
      const folder = makeFolder();
      await write(folder, texts);
      const whole = readFileSync(join(folder, "events.jsonl"));
      const ends = [...whole.keys()].filter((index) => whole[index] === 0x0a);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async (cut) => {
          writeFileSync(join(folder, "events.jsonl"), whole.subarray(0, cut), { mode: 0o600 });
          // A line is whole when all but its line end is there.
          const kept = ends.filter((end) => end <= cut).length;
          const isTorn = cut > 0 && !ends.some((end) => cut === end || cut === end + 1);
          expect(readJournal(folder).entries.map(({ event }) => event)).toEqual(texts.slice(0, kept));
          await repairJournal(folder, now());
          const repaired = readJournal(folder);
          expect(repaired).toMatchObject({ strays: [], tornBytes: 0, lacksLineEnd: false });
          const events = repaired.entries.map(({ event }) => event);
          expect(events.slice(0, kept)).toEqual(texts.slice(0, kept));
          expect(events.slice(kept).map(({ type }) => type)).toEqual(isTorn ? ["warning"] : []);
        }),
        fc.cases(300),
      );
    },
  );

  verifies(
    "jobs.torn-journal",
    "a writer that opens a torn journal does not glue its first line to the rest",
    async () => {
      const folder = makeFolder();
      await write(folder, [
        { type: "reasoning", text: "one" },
        { type: "reasoning", text: "two" },
      ]);
      truncateSync(join(folder, "events.jsonl"), statSync(join(folder, "events.jsonl")).size - 5);
      await write(folder, [{ type: "reasoning", text: "three" }]);
      const { entries, strays } = readJournal(folder);
      expect(strays).toEqual([]);
      expect(entries.map(({ event }) => event.type)).toEqual(["reasoning", "warning", "reasoning"]);
    },
  );

  verifies(
    "jobs.torn-journal",
    "lines that are no entries are kept as they are and end nothing",
    async () => {
      const folder = makeFolder();
      await write(folder, [{ type: "reasoning", text: "one" }]);
      appendFileSync(join(folder, "events.jsonl"), "not json\n\n[1]\n");
      await write(folder, [{ type: "reasoning", text: "two" }]);
      const { entries, strays } = readJournal(folder);
      expect(entries).toHaveLength(2);
      expect(strays).toEqual(["not json", "[1]"]);
    },
  );

  verifies("jobs.torn-journal", "events of a type that this version does not know are kept", () => {
    const folder = makeFolder();
    const entry = { at: "2026-11-21T02:47:00.000Z", event: { type: "of_tomorrow", value: 1 } };
    writeFileSync(join(folder, "events.jsonl"), `${JSON.stringify(entry)}\n`, { mode: 0o600 });
    expect(readJournal(folder).entries).toEqual([entry]);
  });

  verifies(
    "jobs.corrupt-aside",
    "a journal that is a planted link is set aside and never written through",
    async () => {
      const folder = makeFolder();
      mkdirSync(join(folder, "elsewhere"));
      writeFileSync(join(folder, "elsewhere", "target"), "precious");
      symlinkSync(join(folder, "elsewhere", "target"), join(folder, "events.jsonl"));
      await write(folder, [{ type: "reasoning", text: "one" }]);
      expect(readFileSync(join(folder, "elsewhere", "target"), "utf8")).toBe("precious");
      expect(readJournal(folder).entries.map(({ event }) => event.type)).toEqual(["warning", "reasoning"]);
      expect(readdirSync(folder).some((name) => name.startsWith("events.jsonl.corrupt-"))).toBe(true);
    },
  );
});

async function write(folder: string, events: readonly RunEvent[]): Promise<void> {
  const journal = await openJournal(folder, plain);
  for (const event of events) journal.append(event);
  await journal.close();
}
