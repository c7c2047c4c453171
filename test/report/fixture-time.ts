/** The present in all fixtures. */
export const now = new Date("2026-03-04T12:00:00.000Z");

/** The time so many milliseconds before it; after it when negative. */
export function ago(milliseconds: number): string {
  return new Date(now.getTime() - milliseconds).toISOString();
}
