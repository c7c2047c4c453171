import type { ReportingDescriptor, ReportingDescriptorReference } from "sarif";
import type { Finding, FindingCategory } from "../../../domain/finding.ts";
import { type FindingLevel, levelOf } from "../finding-text.ts";

/** The rules that the findings of one run need. */
export interface RuleSet {
  readonly descriptors: readonly ReportingDescriptor[];
  referTo(finding: Finding): ReportingDescriptorReference & { id: string; index: number };
}

/** A model has no list of rules, so a rule stands for a severity and, where it is known, a category: `high/fact`. */
export function ruleSetOf(findings: readonly Finding[]): RuleSet {
  const ids = [...new Set(findings.map(ruleIdOf))];
  return {
    descriptors: ids.map((id) => describe(id, findings)),
    referTo: (finding) => {
      const id = ruleIdOf(finding);
      return { id, index: ids.indexOf(id) };
    },
  };
}

/** What the reviewer says of its own certainty. */
const categoryWords: Readonly<Record<FindingCategory, string>> = {
  fact: "stated as a fact of the code",
  inference: "concluded from the code",
  question: "asked as a question",
};

/** How GitHub groups what is no security alert. */
const problemSeverity: Readonly<Record<FindingLevel, string>> = {
  error: "error",
  warning: "warning",
  note: "recommendation",
};

function ruleIdOf({ severity, category }: Finding): string {
  return category === undefined ? severity : `${severity}/${category}`;
}

function describe(id: string, findings: readonly Finding[]): ReportingDescriptor {
  const example = findings.find((finding) => ruleIdOf(finding) === id);
  if (example === undefined) return { id };
  const { severity, category } = example;
  const certainty = category === undefined ? "" : `, ${categoryWords[category]}`;
  const level = levelOf({ ...example, anchor: "exact" });
  return {
    id,
    name: id.replace(/(?:^|\/)(\w)/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: `A finding of severity ${severity}${certainty}.` },
    fullDescription: { text: `A point of a review by a model: severity ${severity}${certainty}.` },
    help: { text: "The words are those of a model: a claim, unless the finding says that it is proven." },
    defaultConfiguration: { level },
    properties: {
      tags: ["codex-tandem", severity, ...(category === undefined ? [] : [category])],
      "problem.severity": problemSeverity[level],
    },
  };
}
