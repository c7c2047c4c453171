import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** A side of the connection; each proves with other words that it knows the token, so that no proof can be sent back. */
export type Side = "broker" | "client";

/** A number that is used once: 32 hexadecimal digits. */
export function newNonce(): string {
  return randomBytes(16).toString("hex");
}

/** The proof of one side that it knows the token, bound to the nonces of both. */
export function proofOf(
  side: Side,
  token: string,
  nonces: { readonly client: string; readonly broker: string },
): string {
  return createHmac("sha256", token).update(`${side}:${nonces.client}:${nonces.broker}`).digest("hex");
}

export function isSameProof(given: unknown, expected: string): boolean {
  if (typeof given !== "string" || given.length !== expected.length) return false;
  return timingSafeEqual(Buffer.from(given), Buffer.from(expected));
}
