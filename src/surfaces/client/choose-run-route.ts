import { findAllowRules } from "../../codex/allow-rules.ts";
import { readEndpoint } from "../../codex/app-server/endpoint.ts";
import { refuseElsewhere } from "../../codex/app-server/refuse-elsewhere.ts";
import { readLogin } from "../../codex/credentials.ts";
import { chooseRoute, type Route } from "../../codex/route.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import { isReviewKind, type RunRequest } from "../../domain/run.ts";
import { endpointOf } from "../../settings/endpoint-settings.ts";
import { ownCodexWorld } from "../../setup/codex-world.ts";
import type { ClientSession } from "./client-session.ts";

/** Decides which engine a run takes, from the request and from what can be seen of the user's Codex without starting it. */
export async function chooseRunRoute(request: RunRequest, session: ClientSession): Promise<Route> {
  const { kind, engine: choice, isolation, resume, review, approvals } = request;
  const wishes = { kind, choice, isolation, approvals, isResumed: resume !== undefined };
  const form = review?.form === undefined ? {} : { form: review.form };
  if (request.rehearsal) {
    stayOnThisMachine(request);
    // It has a home of its own: no login, no rules.
    return chooseRoute({ ...wishes, ...form, hasAllowRules: false, credentials: "none" });
  }
  const elsewhere = endpointOf(session.settings);
  if (elsewhere !== undefined) {
    const { name } = readEndpoint(elsewhere, session.world.platform);
    refuseElsewhere(request, name);
    return chooseRoute({ ...wishes, ...form, hasAllowRules: false, credentials: "none", endpoint: name });
  }
  const { codexHome, environment } = ownCodexWorld(session.world, {
    workspace: session.workspace,
    usesOpenaiKey: session.settings.values.use_openai_api_key,
  });
  const [rules, login] = await Promise.all([
    findAllowRules({ codexHome, cwd: request.cwd, untrusted: isReviewKind(kind) }),
    readLogin(codexHome, environment),
  ]);
  return chooseRoute({ ...wishes, ...form, hasAllowRules: rules.length > 0, credentials: login.source });
}

/** The scripted model is Codex's provider by the configuration of the rehearsal's home, and nothing may lead past it. */
function stayOnThisMachine({ isolation, profile, overrides }: RunRequest): void {
  const way =
    isolation === "ignore-config"
      ? "--isolation ignore-config"
      : profile !== undefined
        ? "--profile"
        : overrides.find((text) => /provider|base_url/i.test(text));
  if (way === undefined) return;
  throw new TandemError("usage", {
    problem: `${way} could lead a rehearsal past its scripted model.`,
    hint: "Leave it out, or leave out --rehearse.",
  });
}
