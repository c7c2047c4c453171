import { describe, expect } from "vitest";
import { type TurnSlot, TurnSlots } from "../../src/broker/turn-slots.ts";
import { verifies } from "../support/requirements.ts";
import { settled } from "./support.ts";

/** Enters in order and notes who may run when. */
function enterAll(slots: TurnSlots, groups: readonly string[]) {
  const granted: string[] = [];
  const entered = groups.map((group, index): TurnSlot => {
    const slot = slots.enter(group);
    void slot.granted.then((mayRun) => granted.push(`${mayRun ? "" : "not "}${group}${index}`));
    return slot;
  });
  return { granted, entered };
}

describe("turn slots", () => {
  verifies("broker.slots", "let so many run at once and take the groups in turn", async () => {
    const slots = new TurnSlots(1);
    const { granted, entered } = enterAll(slots, ["a", "a", "a", "b", "c"]);
    for (const index of [0, 1, 3, 4]) {
      await settled();
      entered[index]?.release();
    }
    await settled();
    expect(granted).toEqual(["a0", "a1", "b3", "c4", "a2"]);
    expect([slots.running, slots.waiting]).toEqual([1, 0]);
  });

  verifies("broker.slots", "forget who leaves the queue, and a second release frees nothing", async () => {
    const slots = new TurnSlots(2);
    const { granted, entered } = enterAll(slots, ["a", "a", "a", "a"]);
    entered[2]?.release();
    entered[2]?.release();
    entered[0]?.release();
    entered[0]?.release();
    await settled();
    expect(granted.toSorted()).toEqual(["a0", "a1", "a3", "not a2"]);
    expect([slots.running, slots.waiting]).toEqual([2, 0]);
  });

  verifies("broker.slots", "let 500 through, each once, never more than the limit", async () => {
    const slots = new TurnSlots(8);
    let ran = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 500 }, async (_, index) => {
        const slot = slots.enter(`folder ${index % 7}`);
        expect(await slot.granted).toBe(true);
        most = Math.max(most, slots.running);
        await settled();
        ran += 1;
        slot.release();
      }),
    );
    expect([ran, most, slots.running, slots.waiting]).toEqual([500, 8, 0, 0]);
  });
});
