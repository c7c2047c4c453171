import {
  makeRunRequest,
  performRun,
  planRun,
  settingFlags,
  workingFolder
} from "./chunk-BPQJTWGG.mjs";
import {
  openSession
} from "./chunk-MDMALCBG.mjs";

// src/surfaces/cli/notice.ts
var patienceMs = 400;
async function withNotice(text, { stderr, environment }, work) {
  const canErase = stderr.isTTY === true && environment["TERM"] !== "dumb";
  if (!canErase) return work();
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    stderr.write(text);
  }, patienceMs);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    if (isShown) stderr.write("\r\x1B[K");
  }
}

// src/surfaces/cli/commands/review.ts
async function reviewCommand(kind, options, world) {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_review"));
  const part = { kind, title: kind, ephemeral: true, review: reviewRequest(kind, options) };
  const failOn = options.failOn === void 0 ? {} : { failOn: options.failOn };
  const request = makeRunRequest({ ...part, ...failOn }, options, session.settings, cwd, world);
  const route = await planRun(request, session);
  const [{ prepareReview }, { emptyReview }, { runNativeReview }, { runStructuredReview }, { dryRunReview }] = await Promise.all([
    import("./prepare-review-7GOJRHNG.mjs"),
    import("./review-grounds-6USC2QPT.mjs"),
    import("./native-review-ZVJYH4EZ.mjs"),
    import("./structured-review-M463K7QF.mjs"),
    import("./dry-run-DM5BWC6Y.mjs")
  ]);
  const prepared = await withNotice("reading the change", world, async () => prepareReview(request, world));
  const titled = options.title === void 0 ? { ...request, title: prepared.resolved.target.label } : request;
  const run = route.form === "native" ? runNativeReview : runStructuredReview;
  return performRun(
    titled,
    {
      route,
      perform: async (context) => run(titled, prepared, context),
      ...prepared.changes.length === 0 ? { immediate: emptyReview(prepared) } : {},
      dryRun: async () => dryRunReview(titled, prepared, route)
    },
    options,
    session
  );
}
function reviewRequest(kind, { scope, base, commit, path, focus, structured, nativeOnly }) {
  const isStructured = kind === "adversarial-review" || structured === true || focus !== void 0;
  return {
    scope,
    paths: path,
    ...base === void 0 ? {} : { base },
    ...commit === void 0 ? {} : { commit },
    ...focus === void 0 ? {} : { focus },
    ...isStructured ? { form: "structured" } : {},
    ...nativeOnly === true ? { form: "native", isNativeOnly: true } : {}
  };
}

export {
  reviewCommand
};
