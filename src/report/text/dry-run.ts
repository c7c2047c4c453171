import type { DryRun } from "../../domain/envelope.ts";
import { formatBytes, formatCount } from "./format.ts";
import { type Block, hanging, joinBlocks, labelled, verbatim } from "./parts.ts";
import { restIsIn } from "./reader.ts";
import { oneLine } from "./sanitise.ts";
import { paint, type TextStyle } from "./style.ts";

/** What would be sent and on which terms. */
export function renderDryRun(dryRun: DryRun | undefined, style: TextStyle): Block {
  if (dryRun === undefined) return [];
  const { inputs, pins, prompt, route, leavesTheMachine } = dryRun;
  return joinBlocks([
    labelled("Leaves the machine:", leavesTheMachine, style, { tone: "title" }),
    labelled("Route:", route, style, { tone: "title" }),
    renderInputs(inputs, style),
    prompt === undefined
      ? []
      : [paint(`Prompt (${formatBytes(prompt.bytes)})`, "title", style), ...verbatim(prompt.preview)],
    pins.length === 0
      ? []
      : [
          paint(`Pinned (${pins.length})`, "title", style),
          ...pins.flatMap(({ key, value, reason }) =>
            hanging(oneLine(`${key} = ${value}: ${reason}`), style),
          ),
        ],
  ]);
}

const inputsShown = 12;

function renderInputs(inputs: DryRun["inputs"], style: TextStyle): Block {
  if (inputs.length === 0) return [];
  const total = inputs.reduce((sum, { bytes }) => sum + bytes, 0);
  const rest = inputs.length - inputsShown;
  return [
    paint(`Inputs (${formatCount(inputs.length, "file")}, ${formatBytes(total)})`, "title", style),
    ...inputs
      .slice(0, inputsShown)
      .flatMap(({ path, bytes }) => hanging(`${oneLine(path)}  ${formatBytes(bytes)}`, style)),
    ...(rest > 0
      ? [paint(`  … and ${rest} more${restIsIn(style) === "" ? "" : `,${restIsIn(style)}`}`, "quiet", style)]
      : []),
  ];
}
