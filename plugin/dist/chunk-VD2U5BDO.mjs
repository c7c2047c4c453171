// src/domain/finding.ts
import { createHash } from "node:crypto";
var severities = ["critical", "high", "medium", "low", "nit"];
function isAtLeast(severity, threshold) {
  return severities.indexOf(severity) <= severities.indexOf(threshold);
}
function findingId(parts) {
  const quote = (parts.quote ?? "").replace(/\s+/g, " ").trim();
  const words = parts.title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const text = [parts.file ?? "", quote, words.join(" ")].join("\n");
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

export {
  severities,
  isAtLeast,
  findingId
};
