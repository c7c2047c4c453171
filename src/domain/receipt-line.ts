import type { Artifact, Envelope } from "./envelope.ts";

/** Tells the receipt among the artefacts of a result. */
export const receiptMediaType = "application/vnd.codex-tandem.receipt+json";

/** The short form of a receipt, as results show it and as it can be found again in a text. */
export interface ReceiptLine {
  readonly job: string;
  /** The first digits of the SHA-256 of `receipt.json`. */
  readonly digest: string;
  readonly rehearsal: boolean;
}

/** `Receipt: 20260121t024700123-bcdfgh 3f9a1c2e4b5d70aa`: the one wording of it. */
export function printReceiptLine({ job, digest, rehearsal }: ReceiptLine): string {
  return `Receipt${rehearsal ? " (rehearsal)" : ""}: ${job} ${digest}`;
}

/** The receipt line of a result; undefined when it has no receipt. */
export function receiptLineOf({ artifacts = [], job, run }: Envelope): string | undefined {
  const receipt = artifacts.find(isReceiptArtifact);
  if (receipt === undefined || job === undefined) return undefined;
  const rehearsal = run?.rehearsal ?? job.rehearsal ?? false;
  return printReceiptLine({ job: job.id, digest: shortDigest(receipt.sha256), rehearsal });
}

/** Every receipt line in a text, in its order; a line may be quoted or set in. */
export function findReceiptLines(text: string): readonly ReceiptLine[] {
  return [...text.matchAll(receiptLinePattern)].map(([, mark, job = "", digest = ""]) => ({
    job,
    digest,
    rehearsal: mark !== undefined,
  }));
}

export function isReceiptArtifact({ mediaType }: Artifact): boolean {
  return mediaType === receiptMediaType;
}

/** So much of a digest that nobody finds another receipt with the same one by trying. */
export function shortDigest(sha256: string): string {
  return sha256.slice(0, 16);
}

/** Such a line wherever it stands, with what a quotation puts around it. */
export const receiptLinePattern =
  /^[ \t>*_`|]*Receipt( \(rehearsal\))?: (\d{8}t\d{9}-[a-z]{6}) ([0-9a-f]{16})[ \t\r*_`|]*$/gm;
