import { copyFile, mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { messageOf, TandemError } from "../../domain/errors/tandem-error.ts";
import type { TurnInput } from "../engine.ts";

type Prompt = Extract<TurnInput, { type: "prompt" }>;

/** Files that one turn needs beside its prompt. */
export interface TurnFiles {
  /** A private folder, empty but for what is named here. */
  readonly folder: string;
  readonly images: readonly string[];
  readonly outputSchemaFile?: string;
  remove(): Promise<void>;
}

/**
 * Prepares what `codex exec` takes as files. Throws `input_unreadable` for an image that is not there: Codex would go on without it
 * and tell nobody (0.169).
 */
export async function prepareTurnFiles(parentFolder: string, input: Prompt): Promise<TurnFiles> {
  for (const path of input.images) await checkReadable(path);
  const folder = await mkdtemp(join(parentFolder, "exec-"));
  const remove = async () => rm(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const images = await Promise.all(
      input.images.map(async (path, index) => withoutComma(path, join(folder, `image-${index}`))),
    );
    if (input.outputSchema === undefined) return { folder, images, remove };
    const outputSchemaFile = join(folder, "output-schema.json");
    await writeFile(outputSchemaFile, JSON.stringify(input.outputSchema), { mode: 0o600 });
    return { folder, images, outputSchemaFile, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function checkReadable(path: string): Promise<void> {
  try {
    await (await open(path)).close();
    if (!(await stat(path)).isFile()) throw new Error("it is not a regular file");
  } catch (error) {
    throw new TandemError("input_unreadable", { path, cause: messageOf(error) });
  }
}

/** Codex cuts the name of an image at commas into several (0.169). */
async function withoutComma(path: string, copy: string): Promise<string> {
  if (!path.includes(",")) return path;
  const target = `${copy}${extname(path).replaceAll(",", "")}`;
  await copyFile(path, target);
  return target;
}
