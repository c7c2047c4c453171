import { TandemError } from "../domain/errors/tandem-error.ts";
import { isFullyQualified, isInside, pathsOf, variableOf } from "../settings/paths.ts";
import { quotePath } from "../settings/quote.ts";
import { disk, type FileView } from "./file-view.ts";
import { type CodexProgram, resolveProgram } from "./program.ts";
import { knownFolders, pathFolders, programNames, type SearchMachine } from "./search-places.ts";

export type { CodexProgram } from "./program.ts";

export interface SearchRequest extends SearchMachine {
  readonly architecture: string;
  /** Folder whose files somebody else may have written; a Codex in it is run only when `TANDEM_CODEX` names it. */
  readonly workspace?: string;
}

export interface CodexLocation extends CodexProgram {
  /** The file that was found, before links and shims were followed. */
  readonly resolvedFrom: string;
  readonly origin: "TANDEM_CODEX" | "PATH" | "known place";
  /** Files that came first and were not taken, with the reason, and that the one taken lies in the workspace; as sentences. */
  readonly remarks: readonly string[];
}

/**
 * Finds Codex: what `TANDEM_CODEX` names, else the first on `PATH`, else in the places that installers use. Throws
 * `codex_not_installed` with what was searched and what was refused.
 */
export async function findCodex(request: SearchRequest, files: FileView = disk): Promise<CodexLocation> {
  const named = variableOf(request.environment, "TANDEM_CODEX");
  if (named !== undefined) return findNamed(named, request, files);
  const skipped: string[] = [];
  const pathList = pathFolders(request);
  const known = () => knownFolders(request).filter((folder) => !pathList.includes(folder));
  const places = [
    { origin: "PATH", folders: () => pathList },
    { origin: "known place", folders: known },
  ] as const;
  for (const { origin, folders } of places) {
    for (const found of candidates(folders(), request.platform)) {
      const program = await tryCandidate(found, request, files, skipped);
      if (program !== undefined) return { ...program, resolvedFrom: found, origin, remarks: skipped };
    }
  }
  throw notFound([`PATH (${pathList.length} folders)`, ...known()], skipped);
}

async function findNamed(named: string, request: SearchRequest, files: FileView): Promise<CodexLocation> {
  const fail = (cause: string) =>
    new TandemError(
      "codex_not_installed",
      { searched: [named], cause: `TANDEM_CODEX names ${quotePath(named)}, ${cause}.` },
      { repair: { say: "Name the Codex program by its absolute path in TANDEM_CODEX, or unset it." } },
    );
  if (!isFullyQualified(named, request.platform)) throw fail("which is not an absolute path");
  const isScript = /\.[cm]?js$/i.test(named);
  if (!isScript && !(await files.isProgram(named))) throw fail("which is not a file that can be run");
  const program = await resolveProgram(named, request, files);
  if (program === undefined) throw fail("which cannot be started without a shell");
  const isInside = await touchesWorkspace([named, program.path], request, files);
  const remark = `Codex is ${quotePath(program.path)}, which lies in the workspace: TANDEM_CODEX names it.`;
  return { ...program, resolvedFrom: named, origin: "TANDEM_CODEX", remarks: isInside ? [remark] : [] };
}

function candidates(folders: readonly string[], platform: NodeJS.Platform): readonly string[] {
  const names = programNames(platform);
  return folders.flatMap((folder) => names.map((name) => pathsOf(platform).join(folder, name)));
}

async function tryCandidate(
  found: string,
  request: SearchRequest,
  files: FileView,
  skipped: string[],
): Promise<CodexProgram | undefined> {
  if (!(await files.isProgram(found))) return undefined;
  const program = await resolveProgram(found, request, files);
  if (program === undefined) {
    skipped.push(`${quotePath(found)} was not taken: no program is behind this shim.`);
    return undefined;
  }
  // The Node that runs us is trusted already; for a script it is the script that counts.
  const started = program.path === request.nodePath ? program.argumentsPrefix : [program.path];
  if (!(await touchesWorkspace([found, ...started], request, files))) return program;
  skipped.push(
    `${quotePath(found)} was not taken: it lies in the workspace, so the repository may have brought it.`,
  );
  return undefined;
}

/**
 * True when one of the files lies in the workspace by its name or behind its links. A workspace that holds the user's home
 * folder (the home folder itself, `/`) is no repository of somebody else; nearly every install would lie in it.
 */
async function touchesWorkspace(
  involved: readonly string[],
  { workspace, home, platform }: SearchRequest,
  files: FileView,
): Promise<boolean> {
  if (workspace === undefined) return false;
  const realWorkspace = (await files.realPath(workspace)) ?? workspace;
  const realHome = (await files.realPath(home)) ?? home;
  if (isInside(realHome, realWorkspace, platform)) return false;
  for (const path of involved) {
    // Every folder above it as well: a link in the workspace may lead out of it, and the repository chose where to.
    for (let step = path, isAtTop = false; !isAtTop; ) {
      const real = (await files.realPath(step)) ?? step;
      if (isInside(real, realWorkspace, platform)) return true;
      const parent = pathsOf(platform).dirname(step);
      // Above a path without links there is none either, and nothing in the workspace.
      isAtTop = real === step || parent === step;
      step = parent;
    }
  }
  return false;
}

function notFound(searched: readonly string[], skipped: readonly string[]): TandemError {
  if (skipped.length === 0) return new TandemError("codex_not_installed", { searched });
  const cause = `No Codex that may be run was found. ${skipped.join(" ")} Searched: ${searched.join(", ")}.`;
  const say = "If one of the refused files is yours, name it in TANDEM_CODEX; else install Codex.";
  return new TandemError(
    "codex_not_installed",
    { searched, cause },
    { repair: { say, command: "npm install --global @openai/codex" } },
  );
}
