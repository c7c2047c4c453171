import { assignmentRule } from "./assignment.ts";
import { privateKeyRule } from "./private-key.ts";
import type { SecretRule } from "./rule.ts";
import { tokenRules } from "./tokens.ts";

/** Every kind of secret that we know ourselves, from the most to the least telling: the first names what several find. */
export const allRules: readonly SecretRule[] = [privateKeyRule, ...tokenRules, assignmentRule];
