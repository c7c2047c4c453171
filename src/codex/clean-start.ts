/**
 * Begins a command that gets these variables and no others. Codex 0.169 gives what it runs without a model its own whole environment,
 * keys included, and the command may be one that a model wrote. Windows has no such program: there the
 * command gets what is in Codex's environment.
 */
export function cleanStart(
  variables: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): readonly string[] {
  if (platform === "win32") return [];
  const all = { PATH: "/usr/local/bin:/usr/bin:/bin", LANG: "C.UTF-8", ...variables };
  return ["/usr/bin/env", "-i", ...Object.entries(all).map(([name, value]) => `${name}=${value}`)];
}
