import { TandemError } from "../domain/errors/tandem-error.ts";
import type {
  ApprovalMode,
  EngineChoice,
  EngineName,
  Isolation,
  ReviewForm,
  RunKind,
} from "../domain/run.ts";
import { isReviewKind } from "../domain/run.ts";

/** Everything that the choice of the engine depends on. */
export interface RouteFacts {
  readonly kind: RunKind;
  readonly choice: EngineChoice;
  /** The run goes on with an earlier thread. */
  readonly isResumed: boolean;
  /** The form that was asked for; absent where the router decides. */
  readonly form?: ReviewForm;
  readonly isolation: Isolation;
  /** Whether Codex may ask for more than its sandbox allows. A review never asks, whatever this says. */
  readonly approvals: ApprovalMode;
  /** There are execution rules that may let commands run outside the sandbox. */
  readonly hasAllowRules: boolean;
  /** Name of the app-server elsewhere that all runs go to. */
  readonly endpoint?: string;
  /** Where the credentials are: the app-server ignores those that are in the environment alone (Codex 0.169). */
  readonly credentials: "stored" | "environment" | "none";
}

/** Which engine runs, who writes a review, and why, in words. */
export interface Route {
  readonly engine: EngineName;
  readonly reason: string;
  readonly form?: ReviewForm;
}

/** Chooses the engine. Throws `usage` for wishes that exclude each other. */
export function chooseRoute(facts: RouteFacts): Route {
  const { engine, reason } = facts.endpoint === undefined ? chooseEngine(facts) : chooseElsewhere(facts);
  if (!isReviewKind(facts.kind)) return { engine, reason };
  const form = facts.kind === "review" ? (facts.form ?? defaultForm(facts, engine)) : "structured";
  if (engine === "exec" && form === "native") {
    throw new TandemError("usage", {
      problem: `Codex's own reviewer gives its findings as data to the app-server engine only; codex exec would run (${reason}).`,
      hint: "Leave out what leads to codex exec, or use --structured.",
    });
  }
  return {
    engine,
    form,
    reason:
      form === "structured" && facts.form === undefined && facts.kind === "review"
        ? `${reason}; so the review is asked for by our own prompt`
        : reason,
  };
}

/**
 * What is here (login, rules) says nothing of an app-server elsewhere. Codex's own reviewer would gather the change there, where it
 * may be another one; a structured review brings the change along.
 */
function chooseElsewhere({
  endpoint,
  choice,
  isolation,
  form,
}: RouteFacts): Pick<Route, "engine" | "reason"> {
  const problem =
    choice === "exec"
      ? "The engine exec runs on this machine only"
      : isolation !== "inherit"
        ? `Isolation ${isolation} is known to codex exec only, which runs on this machine`
        : form === "native"
          ? "Codex's own reviewer would gather the change there, and that it is the same as here cannot be verified"
          : undefined;
  if (problem === undefined) return appServer(`all runs go to ${endpoint}`);
  throw new TandemError("usage", {
    problem: `${problem}; TANDEM_ENDPOINT names the app-server at ${endpoint}.`,
    hint: "Leave the option out. To run Codex here, set TANDEM_ENDPOINT=none.",
  });
}

function chooseEngine(facts: RouteFacts): Pick<Route, "engine" | "reason"> {
  const { choice, isolation, credentials, hasAllowRules, isResumed, kind } = facts;
  const asks = facts.approvals === "ask" && !isReviewKind(kind);
  if (asks) refuseAsking(facts);
  if (choice === "app-server") {
    refuseOnAppServer(facts);
    return { engine: "app-server", reason: "asked for" };
  }
  if (choice === "exec") return { engine: "exec", reason: "asked for" };
  if (isolation !== "inherit") return exec(`isolation ${isolation} is known to codex exec only`);
  if (credentials === "environment")
    return exec("the credentials are in the environment, which the app-server ignores");
  if (facts.form === "native") return appServer("Codex's own reviewer was asked for");
  if (asks) return appServer("Codex can ask for approval there only");
  if (hasAllowRules)
    return exec(
      "execution rules may let commands run outside the sandbox, and codex exec can leave them out",
    );
  if (isResumed) return appServer("it goes on with an earlier thread");
  if (kind === "review" && facts.form !== "structured") return appServer("Codex's own reviewer needs it");
  return appServer("it can be interrupted and continued there");
}

function refuseOnAppServer({ isolation, credentials }: RouteFacts): void {
  const problem =
    isolation !== "inherit"
      ? `The app-server engine has no isolation ${isolation} (Codex 0.169).`
      : credentials === "environment"
        ? "The app-server engine ignores a key that is in the environment alone (Codex 0.169)."
        : undefined;
  if (problem !== undefined) {
    throw new TandemError("usage", { problem, hint: "Leave --engine out: codex exec can do it." });
  }
}

/** What excludes that Codex asks, because only the app-server can. */
function refuseAsking({ choice, isolation, credentials }: RouteFacts): void {
  const way =
    choice === "exec"
      ? "--engine exec"
      : isolation !== "inherit"
        ? `isolation ${isolation}`
        : credentials === "environment"
          ? "a key that is in the environment alone"
          : undefined;
  if (way === undefined) return;
  throw new TandemError("usage", {
    problem: `With ${way} codex exec would run, which never asks for approval.`,
    hint: "Leave that out, or use --approvals never.",
  });
}

function exec(reason: string): Pick<Route, "engine" | "reason"> {
  return { engine: "exec", reason };
}

function appServer(reason: string): Pick<Route, "engine" | "reason"> {
  return { engine: "app-server", reason };
}

function defaultForm({ endpoint }: RouteFacts, engine: EngineName): ReviewForm {
  return engine === "app-server" && endpoint === undefined ? "native" : "structured";
}
