import { expect } from "vitest";
import { chooseRoute, type RouteFacts } from "../../src/codex/route.ts";
import {
  approvalModes,
  engineChoices,
  isolations,
  isReviewKind,
  type RunKind,
  runKinds,
} from "../../src/domain/run.ts";
import { verifies } from "../support/requirements.ts";

const usual: RouteFacts = {
  kind: "consult",
  choice: "auto",
  isResumed: false,
  isolation: "inherit",
  approvals: "never",
  hasAllowRules: false,
  credentials: "stored",
};

const review = { kind: "review" } as const;
const elsewhere = { endpoint: "ws://127.0.0.1:1" } as const;
const asks = { approvals: "ask" } as const;

/** What an answer is checked by: engine, form, and a word of the reason. A refusal by a word of its problem and of its hint. */
type Expected =
  | readonly [engine: "app-server" | "exec", form: "native" | "structured" | undefined, reason: RegExp]
  | readonly [refused: "refused", problem: RegExp, hint: RegExp];

const table: readonly (readonly [facts: Partial<RouteFacts>, expected: Expected])[] = [
  [{}, ["app-server", undefined, /interrupted and continued/]],
  [{ kind: "task" }, ["app-server", undefined, /interrupted and continued/]],
  [{ kind: "task", isResumed: true }, ["app-server", undefined, /earlier thread/]],
  [{ credentials: "none" }, ["app-server", undefined, /interrupted and continued/]],
  [review, ["app-server", "native", /own reviewer needs it/]],
  [{ ...review, form: "native" }, ["app-server", "native", /own reviewer was asked for/]],
  [{ ...review, form: "structured" }, ["app-server", "structured", /^it can be interrupted/]],
  [{ kind: "adversarial-review" }, ["app-server", "structured", /interrupted and continued/]],
  // Where the credentials are.
  [{ credentials: "environment" }, ["exec", undefined, /credentials are in the environment/]],
  [
    { ...review, credentials: "environment" },
    ["exec", "structured", /credentials .*; so the review is asked for by our own prompt/],
  ],
  [{ kind: "adversarial-review", credentials: "environment" }, ["exec", "structured", /credentials[^;]*$/]],
  [{ kind: "task", isResumed: true, credentials: "environment" }, ["exec", undefined, /credentials/]],
  // Isolation.
  [{ isolation: "ignore-config" }, ["exec", undefined, /ignore-config is known to codex exec only/]],
  [{ isolation: "ignore-rules", kind: "task" }, ["exec", undefined, /ignore-rules is known/]],
  [{ ...review, isolation: "ignore-rules" }, ["exec", "structured", /ignore-rules.*our own prompt/]],
  // Execution rules of the user.
  [{ hasAllowRules: true }, ["exec", undefined, /execution rules/]],
  [{ kind: "task", isResumed: true, hasAllowRules: true }, ["exec", undefined, /execution rules/]],
  [{ ...review, hasAllowRules: true }, ["exec", "structured", /execution rules.*our own prompt/]],
  [{ ...review, hasAllowRules: true, form: "native" }, ["app-server", "native", /reviewer was asked for/]],
  // The person's choice.
  [{ choice: "exec" }, ["exec", undefined, /^asked for$/]],
  [{ choice: "exec", isResumed: true, kind: "task" }, ["exec", undefined, /^asked for$/]],
  [{ choice: "app-server", hasAllowRules: true }, ["app-server", undefined, /^asked for$/]],
  [{ choice: "app-server", ...review }, ["app-server", "native", /^asked for$/]],
  [{ choice: "exec", ...review }, ["exec", "structured", /^asked for; so the review/]],
  [{ choice: "exec", ...review, form: "structured" }, ["exec", "structured", /^asked for$/]],
  // What excludes each other.
  [{ choice: "exec", ...review, form: "native" }, ["refused", /app-server engine only/, /--structured/]],
  [
    { ...review, form: "native", isolation: "ignore-rules" },
    ["refused", /app-server engine only.*isolation ignore-rules/, /--structured/],
  ],
  [
    { ...review, form: "native", credentials: "environment" },
    ["refused", /app-server engine only.*credentials/, /--structured/],
  ],
  [{ choice: "app-server", isolation: "ignore-config" }, ["refused", /no isolation/, /Leave --engine out/]],
  [{ choice: "app-server", credentials: "environment" }, ["refused", /environment/, /Leave --engine out/]],
  // Somebody may be asked.
  [asks, ["app-server", undefined, /ask for approval there only/]],
  [{ ...asks, kind: "task", isResumed: true }, ["app-server", undefined, /ask for approval/]],
  [{ ...asks, hasAllowRules: true }, ["app-server", undefined, /ask for approval/]],
  [{ ...asks, choice: "app-server" }, ["app-server", undefined, /^asked for$/]],
  [{ ...asks, choice: "exec" }, ["refused", /--engine exec.*never asks/, /--approvals never/]],
  [
    { ...asks, isolation: "ignore-rules" },
    ["refused", /isolation ignore-rules.*never asks/, /Leave that out/],
  ],
  [{ ...asks, isolation: "ignore-config", choice: "app-server" }, ["refused", /isolation/, /Leave that out/]],
  [{ ...asks, credentials: "environment" }, ["refused", /key .* environment alone/, /--approvals never/]],
  // An app-server elsewhere: what is here says nothing of it.
  [elsewhere, ["app-server", undefined, /^all runs go to ws:/]],
  [{ ...elsewhere, choice: "app-server", kind: "task", isResumed: true }, ["app-server", undefined, /go to/]],
  [{ ...elsewhere, hasAllowRules: true, credentials: "environment" }, ["app-server", undefined, /go to/]],
  [{ ...elsewhere, ...review }, ["app-server", "structured", /go to .*our own prompt/]],
  [
    { ...elsewhere, ...review, form: "native" },
    ["refused", /gather the change there/, /TANDEM_ENDPOINT=none/],
  ],
  [{ ...elsewhere, choice: "exec" }, ["refused", /exec runs on this machine only/, /TANDEM_ENDPOINT=none/]],
  [{ ...elsewhere, isolation: "ignore-config" }, ["refused", /codex exec only/, /TANDEM_ENDPOINT=none/]],
  // A review never asks.
  [{ ...asks, ...review }, ["app-server", "native", /own reviewer needs it/]],
  [{ ...asks, ...review, credentials: "environment" }, ["exec", "structured", /credentials/]],
  [{ ...asks, kind: "adversarial-review", choice: "exec" }, ["exec", "structured", /^asked for$/]],
];

/** One line for a test's name. */
function describeFacts(facts: Partial<RouteFacts>): string {
  const words = Object.entries(facts).map(([name, value]) => `${name} ${String(value)}`);
  return words.length === 0 ? "a plain consultation" : words.join(", ");
}

for (const [facts, [engine, second, third]] of table) {
  verifies("tasks.route", `${describeFacts(facts)}: ${engine}`, () => {
    if (engine !== "refused") {
      const route = chooseRoute({ ...usual, ...facts });
      expect(route).toMatchObject({ engine, reason: expect.stringMatching(third) });
      expect(route.form).toBe(second);
      return;
    }
    expect(() => chooseRoute({ ...usual, ...facts })).toThrow(
      expect.objectContaining({
        report: expect.objectContaining({
          kind: "usage",
          message: expect.stringMatching(second),
          repair: { say: expect.stringMatching(third) },
        }),
      }),
    );
  });
}

verifies(
  "tasks.route",
  "over all facts: own rules and keys in the environment never meet an engine that cannot keep them out",
  () => {
    for (const facts of allFacts()) {
      let route: ReturnType<typeof chooseRoute>;
      try {
        route = chooseRoute(facts);
      } catch {
        // Refused: nothing runs.
        continue;
      }
      const text = JSON.stringify({ facts, route });
      const isReview = isReviewKind(facts.kind);
      expect(route.form !== undefined, text).toBe(isReview);
      expect(route.reason, text).not.toBe("");
      if (isReview && facts.kind !== "review") expect(route.form, text).toBe("structured");
      if (route.engine === "app-server") {
        expect(facts.isolation, text).toBe("inherit");
        expect(facts.credentials, text).not.toBe("environment");
        const asks = facts.approvals === "ask" && !isReview;
        const mayMeetRules = facts.choice === "app-server" || facts.form === "native" || asks;
        if (!mayMeetRules) expect(facts.hasAllowRules, text).toBe(false);
      } else {
        expect(route.form, text).not.toBe("native");
        if (!isReview) expect(facts.approvals, text).toBe("never");
        expect(facts.choice, text).not.toBe("app-server");
      }
    }
  },
);

function* allFacts(): Generator<RouteFacts> {
  for (const kind of runKinds)
    for (const choice of engineChoices)
      for (const isolation of isolations)
        for (const credentials of ["stored", "environment", "none"] as const)
          for (const hasAllowRules of [true, false])
            for (const isResumed of [true, false])
              for (const form of formsOf(kind))
                for (const approvals of approvalModes) {
                  const facts = { kind, choice, isolation, approvals, credentials, hasAllowRules, isResumed };
                  yield form === undefined ? facts : { ...facts, form };
                }
}

function formsOf(kind: RunKind): readonly RouteFacts["form"][] {
  if (kind === "review") return [undefined, "native", "structured"];
  return kind === "adversarial-review" ? [undefined, "structured"] : [undefined];
}
