import type { Location, Region } from "sarif";
import type { Finding } from "../../../domain/finding.ts";
import { sanitise } from "../../text/sanitise.ts";
import { linesOf } from "../finding-text.ts";

/** The name by which code scanning knows the root of the checkout. */
export const sourceRoot = "%SRCROOT%";

/** Where a finding is, given its path in the work tree. */
export function locationOf(path: string, finding: Finding): Location {
  const region = regionOf(finding);
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(path), uriBaseId: sourceRoot },
      ...(region === undefined ? {} : { region }),
    },
  };
}

function regionOf(finding: Finding): Region | undefined {
  const lines = linesOf(finding);
  if (lines === undefined) return undefined;
  const { quote = "" } = finding;
  return {
    startLine: lines.first,
    endLine: lines.last,
    ...(quote.trim() === "" ? {} : { snippet: { text: sanitise(quote) } }),
  };
}

/** A relative reference; every character that could mean something in it is escaped. */
function uriOf(path: string): string {
  // A lone half of a surrogate pair has no UTF-8.
  const whole = path.replace(/\p{Surrogate}/gu, "\uFFFD");
  return whole.split("/").map(encodeURIComponent).join("/");
}
