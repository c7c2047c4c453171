import type { Result } from "sarif";
import type { Finding } from "../../../domain/finding.ts";
import { levelOf, plainText, titleOf, treePathOf } from "../finding-text.ts";
import { locationOf } from "./location.ts";
import { plainMessage } from "./message.ts";
import type { RuleSet } from "./rules.ts";

/** A finding as a result. Its id is the fingerprint: it stays when lines move, so an alert is followed over rounds. */
export function resultOf(finding: Finding, rules: RuleSet): Result {
  const { id, index } = rules.referTo(finding);
  const path = treePathOf(finding);
  return {
    ruleId: id,
    ruleIndex: index,
    level: levelOf(finding),
    message: plainMessage(findingText(finding)),
    ...(path === undefined ? {} : { locations: [locationOf(path, finding)] }),
    partialFingerprints: { "codexTandemFinding/v1": finding.id },
    properties: propertiesOf(finding),
  };
}

/** The title as the first sentence, which is all that lists of alerts show. */
export function findingText(finding: Finding): string {
  const title = titleOf(finding);
  const end = /[.!?]$/.test(title) ? "" : ".";
  return `${title}${end}\n\n${plainText(finding)}`;
}

export function propertiesOf({
  severity,
  category,
  confidence,
  anchor,
  proof,
}: Finding): NonNullable<Result["properties"]> {
  return {
    severity,
    ...(category === undefined ? {} : { category }),
    ...(confidence === undefined ? {} : { confidence }),
    anchor,
    proof,
  };
}
