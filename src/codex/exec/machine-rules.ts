import { findAllowRules } from "../allow-rules.ts";
import type { ThreadOptions } from "../engine.ts";

const machineFolder = "/etc/codex/";

/**
 * The warning for a run that execution rules of the machine may take out of its sandbox: `--ignore-rules` leaves out those of the user
 * and of the project, but not those in /etc/codex/rules (Codex 0.169). Undefined where there are none, or no sandbox to leave.
 */
export async function warnOfMachineRules(
  { tier, cwd }: Pick<ThreadOptions, "tier" | "cwd">,
  codexHome: string,
  findRules: typeof findAllowRules = findAllowRules,
): Promise<string | undefined> {
  if (tier === "danger-full-access") return undefined;
  const rules = await findRules({ codexHome, cwd, untrusted: true });
  const ofMachine = rules.filter((path) => path.startsWith(machineFolder));
  if (ofMachine.length === 0) return undefined;
  return `Rules of this machine in ${ofMachine.join(", ")} may let matching commands run outside the sandbox; Codex cannot leave them out.`;
}
