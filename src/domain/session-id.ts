/** True for an id of a Claude Code session as it may become the name of a file; Claude Code itself uses UUIDs. */
export function isSessionId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9-]{7,63}$/.test(text);
}
