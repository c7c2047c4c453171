/** How long some work takes, in ms. */
export async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

export function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
