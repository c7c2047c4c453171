import { promptLimit } from "../../codex/app-server/turn-end.ts";
import { TandemError } from "../../domain/errors/tandem-error.ts";
import type { OperatorRequest } from "../../domain/operator.ts";
import type { RunRequest } from "../../domain/run.ts";
import { type CheckedImage, checkImage } from "../checked-image.ts";
import { renderContract } from "./render-contract.ts";

/** An operator with its input looked at, before anything is started. */
export interface PreparedOperator {
  readonly operator: OperatorRequest;
  /** Absolute paths of what is attached. */
  readonly images: readonly string[];
  readonly checkedImages: readonly CheckedImage[];
  /** The contract as it would be sent, but for the places of the scratch folder. */
  readonly text: string;
  /** Where Codex keeps its threads and what they made. */
  readonly codexHome: string;
}

/** Looks at the attached images and at the size of the contract. Throws `input_unreadable` or `input_too_large`. */
export async function prepareOperator(request: RunRequest, codexHome: string): Promise<PreparedOperator> {
  const { operator } = request;
  if (operator === undefined) {
    throw new TandemError("internal", { cause: "an operator run without its operator" });
  }
  const attached = operator.contract.images.flatMap((name) => {
    const value = operator.inputs[name];
    return typeof value === "string" ? [value] : Array.isArray(value) ? value : [];
  });
  const checkedImages = await Promise.all(attached.map(checkImage));
  const scratchPaths = operator.outputs.map(({ from, output, file }) =>
    from === "file" ? `SCRATCH/${output}/${file}` : undefined,
  );
  const text = renderContract(operator, { workspace: request.cwd, scratchPaths });
  const what = "The contract with its inputs";
  const { inputByteCap } = request;
  const size = Buffer.byteLength(text);
  if (size > inputByteCap + contractShare) {
    throw new TandemError("input_too_large", { what, size, limit: inputByteCap, unit: "bytes" });
  }
  if (text.length > promptLimit) {
    throw new TandemError("input_too_large", {
      what,
      size: text.length,
      limit: promptLimit,
      unit: "characters",
    });
  }
  return { operator, images: checkedImages.map(({ path }) => path), checkedImages, text, codexHome };
}

/** The cap is about what the inputs hold; the words of the contract itself come on top. */
const contractShare = 64_000;
