import type { PatchFacts, PatchFile } from "../../domain/envelope.ts";
import { formatBytes, formatCount } from "./format.ts";
import { type Block, hanging, labelled } from "./parts.ts";
import { restIsIn } from "./reader.ts";
import { oneLine } from "./sanitise.ts";
import { paint, type TextStyle } from "./style.ts";

const filesShown = 40;
const previewForModel = 20_000;

const marks = { added: "A", modified: "M", deleted: "D", renamed: "R", typechange: "T" } as const;

const decided = {
  test: "tests",
  ci: "CI files",
  lockfile: "lockfiles",
  runner: "runner configuration",
} as const;

/** What a patch changes, where all of it is, and whether it fits; what decides about success is told apart. */
export function renderPatch(patch: PatchFacts | undefined, style: TextStyle): Block {
  if (patch === undefined) return [];
  const { files, applies, path, bytes } = patch;
  if (files.length === 0) return [];
  return [
    ...renderPatchFiles(files, style, `,${restIsIn(style)}`),
    ...labelled("The whole patch:", `${oneLine(path)} (${formatBytes(bytes)})`, style),
    ...(applies === undefined
      ? []
      : labelled("Applies:", applies ? "yes" : "not as it is: your files differ from its start", style, {
          tone: applies ? "quiet" : "caution",
        })),
    ...renderPreview(patch, style),
  ];
}

/** The files of a patch with their sizes, and which of them decide about success; `rest` says where those are that are not shown. */
export function renderPatchFiles(files: readonly PatchFile[], style: TextStyle, rest = ""): Block {
  const count = (pick: "insertions" | "deletions") => files.reduce((sum, file) => sum + (file[pick] ?? 0), 0);
  const size = `${formatCount(files.length, "file")}, +${count("insertions")} -${count("deletions")}`;
  const shown = files.slice(0, filesShown);
  const hidden = files.length - shown.length;
  return [
    paint(`Patch (${size})`, "title", style),
    ...shown.flatMap((file) => hanging(describeFile(file), style)),
    ...(hidden > 0 ? [paint(`  … and ${hidden} more${rest}`, "quiet", style)] : []),
    ...renderDeciding(files, style),
  ];
}

function describeFile({ path, oldPath, status, insertions, deletions }: PatchFile): string {
  const from = oldPath === undefined ? "" : `${oneLine(oldPath)} → `;
  const size = insertions === undefined ? "binary" : `+${insertions} -${deletions ?? 0}`;
  return `${marks[status]} ${from}${oneLine(path)}  ${size}`;
}

function renderDeciding(files: readonly PatchFile[], style: TextStyle): Block {
  return Object.entries(decided).flatMap(([kind, noun]) => {
    const paths = files.filter(({ decides }) => decides === kind).map(({ path }) => oneLine(path));
    if (paths.length === 0) return [];
    const listed = paths.slice(0, 10).join(", ");
    const more = paths.length > 10 ? ` and ${paths.length - 10} more` : "";
    return labelled(`Changes ${noun}:`, `${listed}${more}`, style, { tone: "caution" });
  });
}

/** A person has the file; a model reads it here. */
function renderPreview({ preview, isPreviewCut }: PatchFacts, style: TextStyle): Block {
  if (style.reader !== "model" || preview === "") return [];
  const isCut = isPreviewCut || preview.length > previewForModel;
  return [
    "",
    "Preview (secrets are taken out; not to be applied):",
    ...preview.slice(0, previewForModel).trimEnd().split("\n"),
    ...(isCut ? ["… cut; all of it is in the file above."] : []),
  ];
}
