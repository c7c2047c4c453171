/** How much a run may change, from the least to the most. Codex's own names for its sandbox modes. */
export const tiers = ["read-only", "workspace-write", "danger-full-access"] as const;

export type Tier = (typeof tiers)[number];
