/** What a person can want of the review gate. */
export const gateWishes = ["on", "off", "status"] as const;
export type GateWish = (typeof gateWishes)[number];
