import type { Envelope } from "../../domain/envelope.ts";
import { isReceiptArtifact } from "../../domain/receipt-line.ts";
import { formatBytes } from "./format.ts";
import { type Block, list } from "./parts.ts";
import { oneLine } from "./sanitise.ts";
import type { TextStyle } from "./style.ts";

/** The files that a run made, where they are now; the receipt has a line of its own. */
export function renderArtifacts({ artifacts = [] }: Envelope, style: TextStyle): Block {
  const made = artifacts.filter((artifact) => !isReceiptArtifact(artifact));
  const entries = made.map(
    ({ path, bytes, mediaType }) => `${oneLine(path)} (${formatBytes(bytes)}, ${mediaType})`,
  );
  return list({ one: "File", many: "Files" }, entries, style);
}
