/** A length of time for reading: `850 ms`, `12.3 s`, `4m05s`, `1h04m`, `2d03h`. */
export function formatDuration(milliseconds: number): string {
  const known = Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : 0;
  if (known < 999.5) return `${Math.round(known)} ms`;
  if (known < 59_950) return `${(known / 1000).toFixed(1)} s`;
  return formatElapsed(Math.round(known / 1000) * 1000);
}

/** A running time in whole seconds: `9s`, `1m23s`, `1h04m`. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.floor(Math.max(0, milliseconds) / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${twoDigits(seconds % 60)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1440) return `${Math.floor(minutes / 60)}h${twoDigits(minutes % 60)}m`;
  return `${Math.floor(minutes / 1440)}d${twoDigits(Math.floor(minutes / 60) % 24)}h`;
}

/** `1,234`, `12.3k`, `1.2M`. */
export function formatTokens(count: number): string {
  if (count < 10_000) return groupDigits(count);
  return count < 999_950 ? `${(count / 1000).toFixed(1)}k` : `${(count / 1_000_000).toFixed(1)}M`;
}

/** Decimal units, as `df -H` and most sites use them: `850 B`, `1.2 kB`, `3.4 MB`. */
export function formatBytes(count: number): string {
  if (count < 1000) return `${count} B`;
  if (count < 999_950) return `${(count / 1000).toFixed(1)} kB`;
  return count < 999_950_000 ? `${(count / 1e6).toFixed(1)} MB` : `${(count / 1e9).toFixed(1)} GB`;
}

/** How long ago an ISO 8601 time was: `just now`, `12 s ago`, `3 min ago`, `2 h ago`, `5 days ago`. */
export function formatAge(time: string | undefined, now: Date): string {
  const age = ageOf(time, now);
  if (age === undefined) return "unknown";
  const seconds = Math.floor(age / 1000);
  if (seconds < 2) return "just now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  const days = Math.floor(seconds / 86_400);
  return days === 1 ? "1 day ago" : `${days} days ago`;
}

/** How much time is left until an ISO 8601 time: `4m50s left`; undefined when it is over or cannot be read. */
export function formatTimeLeft(time: string, now: Date): string | undefined {
  const left = Date.parse(time) - now.getTime();
  return left > 0 ? `${formatElapsed(left)} left` : undefined;
}

/**
 * Orders ISO 8601 times in UTC, the earlier one first. By their letters: a comparison by language loads Node's language data, which
 * takes longer than the whole of a list.
 */
export function compareTimes(one: string, other: string): number {
  return one === other ? 0 : one < other ? -1 : 1;
}

/** Milliseconds since an ISO 8601 time, 0 when it lies ahead (clocks differ), undefined when it cannot be read. */
export function ageOf(time: string | undefined, now: Date): number | undefined {
  const then = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(then) ? undefined : Math.max(0, now.getTime() - then);
}

/** `1 finding`, `2 findings`. */
export function formatCount(count: number, noun: string): string {
  return `${groupDigits(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function formatPlace(place: number): string {
  const isTeen = Math.floor(place / 10) % 10 === 1;
  const ending = isTeen ? undefined : ["th", "st", "nd", "rd"][place % 10];
  return `${groupDigits(place)}${ending ?? "th"}`;
}

function groupDigits(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");
}

function twoDigits(count: number): string {
  return String(count).padStart(2, "0");
}
