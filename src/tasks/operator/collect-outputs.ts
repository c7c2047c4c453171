import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { DeclaredOutput, OperatorRequest } from "../../domain/operator.ts";
import { digestOf } from "../../evidence/digest.ts";
import type { CollectedOutput } from "./collected-output.ts";
import type { FinalLine } from "./final-line.ts";
import type { Places } from "./places.ts";
import { readInside } from "./read-inside.ts";
import { type RunFolders, scratchPath } from "./scratch.ts";
import { findThreadImages, type ThreadImages } from "./thread-images.ts";

export interface CollectFrom {
  readonly request: OperatorRequest;
  readonly folders: RunFolders;
  readonly final: FinalLine;
  readonly before: Places;
  readonly images: ThreadImages;
}

/**
 * Takes every declared output out of the agent's reach: from then on its bytes are ours, whatever a process that was left running still
 * writes. What is missing, or no plain file, is said in the output itself; this throws only when we cannot keep copies.
 */
export async function collectOutputs(from: CollectFrom): Promise<readonly CollectedOutput[]> {
  const { request, folders, before } = from;
  const found: CollectedOutput[] = [];
  for (const [index, declared] of request.outputs.entries()) {
    const label = labelOf(declared, request.outputs);
    const taken = await take(declared, from);
    if (!("content" in taken)) {
      found.push({ declared, label, problem: taken.problem });
      continue;
    }
    const { content, source } = taken;
    const folder = join(folders.kept, String(index));
    const kept = join(folder, declared.file);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(kept, content, { mode: 0o600 });
    const digestBefore = declared.seed === undefined ? undefined : before.get(declared.seed);
    found.push({
      declared,
      label,
      content,
      digest: digestOf(content),
      kept,
      ...(digestBefore === undefined ? {} : { before: digestBefore }),
      ...(source === undefined ? {} : { source }),
    });
  }
  return found;
}

type Taken = { readonly content: Buffer; readonly source?: string } | { readonly problem: string };

async function take(declared: DeclaredOutput, { folders, final, images }: CollectFrom): Promise<Taken> {
  switch (declared.from) {
    case "file":
      return readInside(scratchPath(folders, declared), folders.scratch);
    case "result":
      if (final.type === "none") return { problem: final.problem };
      if (final.result === undefined) return { problem: 'the final line has no "result"' };
      return { content: Buffer.from(`${JSON.stringify(final.result, undefined, 2)}\n`) };
    case "image":
      return findThreadImages(images);
  }
}

function labelOf({ output, file }: DeclaredOutput, all: readonly DeclaredOutput[]): string {
  return all.filter((other) => other.output === output).length > 1 ? `${output} (${file})` : output;
}
