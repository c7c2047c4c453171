import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { type ReviewRequest, reviewScopes } from "../../../domain/run.ts";
import { runFields } from "../arguments/common-fields.ts";
import { choice, paths, text } from "../arguments/fields.ts";
import { defineTool } from "./tool.ts";

const styles = ["native", "structured", "adversarial"] as const;

export const reviewTool = defineTool({
  name: "review",
  title: "Review by Codex",
  description: `Lets OpenAI Codex review a git change, read-only. Use it when the user wants a second opinion on code that was written.
Report only findings that this tool returned, and treat them as claims: check each against the code before acting on it. Verdict "none" is not a pass. An error or a run that goes on is no review.
Leaves the machine: the change and whatever files Codex reads, to the model provider of the user's Codex. Costs tokens of the user's account; dryRun is free.
Takes 1 to 20 minutes. After about 50 s the call returns a job: get its result with \`result\`, never by a second review.`,
  annotations: { readOnlyHint: true, openWorldHint: true },
  isAlwaysLoaded: true,
  fields: {
    scope: choice("Default auto: uncommitted changes, else the branch against its base.", reviewScopes),
    base: text("Branch or commit to compare with (scope branch).", 500),
    commit: text("Commit to review (scope commit).", 500),
    paths: paths("Review only these files or folders.", 100),
    style: choice(
      "native (default): Codex's own reviewer. structured: our prompt, with the change in it. adversarial: questions the approach too.",
      styles,
    ),
    focus: text("What to look at in particular; not with style native.", 20_000),
    ...runFields,
  },
  call: async ({ scope = "auto", base, commit, paths: within = [], style, focus, ...values }, context) => {
    const { performRun } = await import("../calls/perform-run.ts");
    const kind = style === "adversarial" ? "adversarial-review" : "review";
    const review: ReviewRequest = {
      scope,
      paths: within,
      ...(base === undefined ? {} : { base }),
      ...(commit === undefined ? {} : { commit }),
      ...(focus === undefined ? {} : { focus }),
      ...formOf(style, focus),
    };
    return performRun(
      { values, makePart: async () => ({ kind, title: kind, ephemeral: true, review }) },
      context,
    );
  },
});

/** Without a wish the router decides; a focus needs our own prompt. */
function formOf(
  style: (typeof styles)[number] | undefined,
  focus: string | undefined,
): Pick<ReviewRequest, "form"> {
  if (style === "native" && focus !== undefined) {
    throw new TandemError("usage", {
      problem: '`focus` and `style: "native"` exclude each other: Codex\'s own reviewer takes no focus.',
      hint: "Leave `style` out, or name structured or adversarial.",
    });
  }
  return style === "structured" || style === "adversarial" || focus !== undefined
    ? { form: "structured" }
    : {};
}
