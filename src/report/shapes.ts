import * as z from "zod";

/** Shapes that many parts of the envelope are made of. */
export const text = z.string().min(1);
export const count = z.number().int().min(0);
export const objectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
export const absolutePath = z.string().regex(/^(?:\/|[A-Za-z]:[\\/]|\\\\)/);
export const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
