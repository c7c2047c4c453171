import { run } from "./measure.mjs";

/** Lets a world's broker do so many turns, always `atOnce` of them at the same time. */
export async function takeTurns(count, atOnce, parameters, world) {
  let left = count;
  const takeSome = async () => {
    while (left > 0) {
      left -= 1;
      await run(parameters, world);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, takeSome));
}
