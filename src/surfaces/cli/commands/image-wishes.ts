import { dirname, extname, resolve } from "node:path";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isRecord } from "../../../domain/json.ts";
import { quotePath } from "../../../settings/quote.ts";
import { readPrompt } from "../prompt.ts";
import type { RunOptions } from "../run-options.ts";
import type { CliWorld } from "../world.ts";

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
export interface WantedImage {
  readonly prompt: string;
  readonly output: string;
  readonly aspect?: string;
  readonly references: readonly string[];
}

/** The images that a command line or its batch file names. Throws `usage` or `input_unreadable`. */
export async function readWishes(
  text: string | undefined,
  options: ImageOptions,
  world: CliWorld,
): Promise<readonly WantedImage[]> {
  const wanted =
    options.batch === undefined ? await readOne(text, options, world) : await readBatch(text, options, world);
  refusePlaces(wanted);
  return wanted;
}

async function readOne(
  text: string | undefined,
  { out, aspect, ref, count = 1, promptFile }: ImageOptions,
  world: CliWorld,
): Promise<readonly WantedImage[]> {
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

/** `[{prompt, out, aspect, ref}]` in YAML or JSON, by itself or as `images`; paths are relative to the file. */
async function readBatch(
  text: string | undefined,
  { batch = "", out, count, promptFile, aspect, ref }: ImageOptions,
  world: CliWorld,
): Promise<readonly WantedImage[]> {
  if ([text, out, count, promptFile, aspect].some((value) => value !== undefined) || ref.length > 0) {
    throw new TandemError("usage", {
      problem: "--batch says all of each image; the text, --out, --aspect, --ref and --count exclude it.",
    });
  }
  const { readYaml } = await import("../../../tasks/operator/operators.ts");
  const given = readYaml(await readPrompt(undefined, batch, world, "text"), batch);
  const bad = (problem: string) =>
    new TandemError("usage", {
      problem: `The batch ${quotePath(batch)}: ${problem}.`,
      hint: "It is a list of {prompt, out, aspect, ref}, by itself or as `images`.",
    });
  const [foreign] = isRecord(given) ? Object.keys(given).filter((key) => key !== "images") : [];
  if (foreign !== undefined) throw bad(`there is no key ${foreign} beside \`images\``);
  const images: unknown = isRecord(given) ? given["images"] : given;
  if (!Array.isArray(images) || images.length === 0 || images.length > longestBatch) {
    throw bad(`it must list 1 to ${longestBatch} images`);
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

/** Names of images that Codex's tool does not make: the file would be something else than its name says. */
const otherTypes: ReadonlySet<string> = new Set([".jpg", ".jpeg", ".webp", ".gif", ".svg", ".avif", ".bmp"]);

function refusePlaces(wanted: readonly WantedImage[]): void {
  const places = wanted.map(({ output }) => output);
  const twice = places.find((place, index) => places.indexOf(place) !== index);
  if (twice !== undefined) {
    throw new TandemError("usage", { problem: `Two images would be written to ${quotePath(twice)}.` });
  }
  const other = places.find((place) => otherTypes.has(extname(place).toLowerCase()));
  if (other !== undefined) {
    throw new TandemError("usage", {
      problem: `Codex makes PNG images, and ${quotePath(other)} is named otherwise.`,
      hint: "Name it .png; convert it afterwards.",
    });
  }
}
