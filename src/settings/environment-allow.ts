import { covers } from "./word-kinds.ts";

/** The variables that an allow-list (`environment_allow`) passes on, as name to value. A missing one is left out. */
export function selectEnvironment(
  allowed: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const selected: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && allowed.some((permitted) => covers(permitted, name))) selected[name] = value;
  }
  return selected;
}
