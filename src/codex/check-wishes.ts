import type { RunRequest } from "../domain/run.ts";

/**
 * Looks at the `-c` options and the profile of a run before anything is started for it. Throws `config_rejected` for what a pin
 * protects, `usage` for what is no option at all, `input_unreadable` for a profile that is not there.
 */
export async function checkWishes(
  { overrides, profile }: Pick<RunRequest, "overrides" | "profile">,
  codexHome: string,
): Promise<void> {
  if (overrides.length > 0) {
    const { parseOverrides } = await import("./overrides.ts");
    await parseOverrides(overrides);
  }
  if (profile !== undefined) {
    const { readProfile } = await import("./profile.ts");
    await readProfile(codexHome, profile);
  }
}
