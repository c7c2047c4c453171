import { dirname, extname, resolve } from "node:path";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { ExitCode } from "../../../domain/exit-code.ts";
import type { JobRecord } from "../../../domain/job.ts";
import { isRecord } from "../../../domain/json.ts";
import type { RunRequest } from "../../../domain/run.ts";
import { operatorFolders } from "../../client/operator/load-operators.ts";
import { operatorPart } from "../../client/operator/operator-part.ts";
import { requireImageTool } from "../../client/operator/require-image-tool.ts";
import { startRun } from "../../client/start-run.ts";
import { waitedEnvelope } from "../../client/waited-jobs.ts";
import { formatOf, printEnvelope } from "../output.ts";
import { readPrompt } from "../prompt.ts";
import type { RunOptions } from "../run-options.ts";
import { makeRunRequest, workingFolder } from "../run-request.ts";
import { openSession } from "../session.ts";
import { settingFlags } from "../setting-flags.ts";
import type { CliWorld } from "../world.ts";
import { acceptOnTerminal } from "./operator-accept.ts";
import { performRun } from "./run-command.ts";
import { waitCommand } from "./wait.ts";

export interface ImageOptions extends RunOptions {
  readonly out?: string;
  readonly aspect?: string;
  readonly ref: readonly string[];
  readonly count?: number;
  readonly batch?: string;
  readonly promptFile?: string;
  readonly overwrite?: boolean;
}

/** One image that is wanted. Paths are absolute. */
interface Wanted {
  readonly prompt: string;
  readonly output: string;
  readonly aspect?: string;
  readonly references: readonly string[];
}

/** `tandem image`: one run of the operator `image` for each image. All are looked at before the first is started. */
export async function imageCommand(
  text: string | undefined,
  options: ImageOptions,
  world: CliWorld,
): Promise<ExitCode> {
  const cwd = workingFolder(options, world);
  const session = await openSession(world, cwd, settingFlags(options, "timeout_task"));
  const wanted =
    options.batch === undefined ? await readOne(text, options, world) : await readBatch(text, options, world);
  const { findOperator, makeOperatorRequest } = await import("../../../tasks/operator/operators.ts");
  const found = findOperator("image", operatorFolders(session));
  const requests: RunRequest[] = wanted.map(({ prompt, output, aspect, references }, index) => {
    const given = {
      prompt,
      output,
      ...(aspect === undefined ? {} : { aspect }),
      ...(references.length === 0 ? {} : { references }),
    };
    const place = { cwd, isPerson: true, overwrite: options.overwrite === true };
    const operator = makeOperatorRequest(found, given, place);
    const part = operatorPart(operator, {
      hasTimeout: options.timeout !== undefined,
      ...(options.network === undefined ? {} : { network: options.network }),
      ...(options.rehearse === true ? { isEphemeral: true } : {}),
    });
    const { idempotencyKey: key } = options;
    // Each image is a run of its own, so it needs a key of its own.
    const keyed =
      key === undefined || wanted.length === 1
        ? options
        : { ...options, idempotencyKey: `${key}-${index + 1}` };
    return makeRunRequest(part, keyed, session.settings, cwd, world);
  });
  refuseSamePlace(wanted);
  const [first] = requests;
  if (first === undefined) throw new TandemError("usage", { problem: "The batch names no image." });
  await acceptOnTerminal(found, session, options.dryRun === true);
  if (options.dryRun !== true) await requireImageTool(first, session);
  if (requests.length === 1 || options.dryRun === true) return performRun(first, options, session);
  const started: JobRecord[] = [];
  for (const request of requests) {
    const one = await startRun(
      {
        request,
        isTitled: options.title !== undefined,
        isDryRun: false,
        warnings: [...session.settings.warnings, ...session.problems],
        onStored: ({ id }) => world.stderr.write(`job ${id}\n`),
      },
      session,
    );
    if (one.type === "started") started.push(one.job);
  }
  const ids = started.map(({ id }) => id);
  if (options.background === true) {
    if (formatOf(options) === "text") world.stdout.write(`${ids.join("\n")}\n`);
    else await printEnvelope(waitedEnvelope(started, []), formatOf(options), world);
    return ExitCode.done;
  }
  return waitCommand(ids, options, world);
}

async function readOne(
  text: string | undefined,
  { out, aspect, ref, count = 1, promptFile }: ImageOptions,
  world: CliWorld,
): Promise<readonly Wanted[]> {
  if (out === undefined) {
    throw new TandemError("usage", {
      problem: "Where the image goes is not said.",
      hint: "For example --out cat.png.",
    });
  }
  const prompt = await readPrompt(text, promptFile, world, "text");
  const path = resolve(world.cwd, out);
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  return Array.from({ length: count }, (_, index) => ({
    prompt,
    output: count === 1 ? path : `${stem}-${index + 1}${extension}`,
    ...(aspect === undefined ? {} : { aspect }),
    references: ref.map((each) => resolve(world.cwd, each)),
  }));
}

const longestBatch = 100;

/** `[{prompt, out, aspect, ref}]` in YAML or JSON; paths are relative to the file. */
async function readBatch(
  text: string | undefined,
  { batch = "", out, count, promptFile, aspect, ref }: ImageOptions,
  world: CliWorld,
): Promise<readonly Wanted[]> {
  if ([text, out, count, promptFile, aspect].some((value) => value !== undefined) || ref.length > 0) {
    throw new TandemError("usage", {
      problem: "--batch says all of each image; the text, --out, --aspect, --ref and --count exclude it.",
    });
  }
  const { readInputFile } = await import("../../../tasks/operator/operators.ts");
  const content = await readPrompt(undefined, batch, world, "text");
  const { images } = readInputFile(content, batch);
  const bad = (problem: string) =>
    new TandemError("usage", {
      problem: `The batch ${batch}: ${problem}.`,
      hint: "It holds `images`, a list of {prompt, out, aspect, ref}.",
    });
  if (!Array.isArray(images) || images.length > longestBatch) {
    throw bad(`\`images\` must be a list of at most ${longestBatch}`);
  }
  const folder = dirname(resolve(world.cwd, batch));
  return images.map((each: unknown, index) => {
    if (!isRecord(each) || typeof each["prompt"] !== "string" || typeof each["out"] !== "string") {
      throw bad(`image ${index + 1} has no prompt or no out`);
    }
    const { prompt, out: place, aspect: ratio, ref: named = [], ...rest } = each;
    const references = Array.isArray(named) ? named : [named];
    const [unknown] = Object.keys(rest);
    if (unknown !== undefined) throw bad(`image ${index + 1} has a key that is not known: ${unknown}`);
    if (!references.every((reference) => typeof reference === "string")) {
      throw bad(`image ${index + 1} has a ref that is no path`);
    }
    return {
      prompt,
      output: resolve(folder, place),
      ...(ratio === undefined ? {} : { aspect: String(ratio) }),
      references: references.map((reference) => resolve(folder, reference)),
    };
  });
}

function refuseSamePlace(wanted: readonly Wanted[]): void {
  const places = wanted.map(({ output }) => output);
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) {
    throw new TandemError("usage", { problem: `Two images would be written to ${twice}.` });
  }
}
