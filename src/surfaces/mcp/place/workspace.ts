import { readlinkSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { TandemError } from "../../../domain/errors/tandem-error.ts";
import { isInside } from "../../../settings/paths.ts";
import { quotePath } from "../../../settings/quote.ts";

/** Where the client works, as far as it and its environment tell. */
export interface PlaceFacts {
  /** Addresses of the client's own folders. */
  readonly roots?: readonly string[];
  readonly projectFolder?: string;
  readonly startFolder?: string;
  /** Folders that the person has opened beside these (`mcp_folders`). */
  readonly allowed: readonly string[];
  readonly platform: NodeJS.Platform;
}

/** The folder of a call. */
export interface Workspace {
  /** Absolute and without links. */
  readonly folder: string;
  /** Nothing that an argument names may lie outside of all of these. */
  readonly bounds: readonly string[];
  readonly warning?: string;
}

/**
 * The folder that a call works in: the one it names, else the client's own. Throws `usage` for one outside of the client's folders and
 * `workspace_gone` for one that does not exist.
 */
export function chooseWorkspace(named: string | undefined, facts: PlaceFacts): Workspace {
  const { folders, warning } = clientFolders(facts);
  const [first] = folders;
  if (first === undefined) throw noFolder();
  const present = folders.filter(isFolder).map((folder) => realpathSync(folder));
  const bounds = [...present, ...facts.allowed.filter(isFolder).map((folder) => realpathSync(folder))];
  if (named === undefined) {
    const [folder] = present;
    if (folder === undefined) throw new TandemError("workspace_gone", { folder: first });
    return { folder, bounds, ...(warning === undefined ? {} : { warning }) };
  }
  const path = resolve(present[0] ?? first, named);
  const folder = realPath(path);
  if (!isWithin(folder, bounds, facts.platform)) throw outOfBounds("workspace", bounds);
  if (!isFolder(folder)) throw new TandemError("workspace_gone", { folder: path });
  return { folder, bounds };
}

/** The real path of a file that an argument names. Throws `usage` when it leads out of the client's folders. */
export function confine(
  path: string,
  argument: string,
  { folder, bounds }: Workspace,
  platform: NodeJS.Platform,
): string {
  const real = realPath(resolve(folder, path));
  const all = [...new Set([folder, ...bounds])];
  if (isWithin(real, all, platform)) return real;
  throw outOfBounds(argument, all);
}

export function isWithin(path: string, bounds: readonly string[], platform: NodeJS.Platform): boolean {
  return bounds.some((bound) => isInside(path, bound, platform));
}

/** What a path that leads out is answered with: where it may lead, and the setting that opens more. */
export function outOfBounds(argument: string, bounds: readonly string[]): TandemError<"usage"> {
  return new TandemError("usage", {
    problem: `\`${argument}\` leads out of the folders that this client works in. Allowed: ${bounds.map(quotePath).join(", ")}.`,
    hint: "Name a path in one of them. The person can allow more folders with the setting mcp_folders in their own user file.",
  });
}

function clientFolders(facts: PlaceFacts): {
  readonly folders: readonly string[];
  readonly warning?: string;
} {
  const { roots = [], projectFolder, startFolder } = facts;
  const named = roots.flatMap((root) => folderOf(root) ?? []);
  if (named.length > 0) {
    // The project folder is the one that the person has opened; further ones were added to it.
    const folders = named.toSorted(
      (one, other) => Number(other === projectFolder) - Number(one === projectFolder),
    );
    const [first = "", ...others] = folders;
    if (others.length === 0 || first === projectFolder) return { folders };
    const warning = `Taken as the folder: ${quotePath(first)}, the client's first one. \`workspace\` names another: ${others.map(quotePath).join(", ")}.`;
    return { folders, warning };
  }
  if (projectFolder !== undefined && isAbsolute(projectFolder)) return { folders: [projectFolder] };
  if (startFolder === undefined) return { folders: [] };
  const warning = `The client names no folder, so the server's own was taken: ${quotePath(startFolder)}.`;
  return { folders: [startFolder], warning };
}

function folderOf(root: string): string | undefined {
  try {
    return fileURLToPath(root);
  } catch {
    return undefined; // A root that is no folder of this machine.
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // It does not exist, or may not be looked at: nothing can be done in it.
  }
}

/** Links in a path, also of parts that do not exist yet: where it would lead decides, not how it is written. */
function realPath(path: string, links = 0): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    if (parent === path) return path;
    const candidate = join(realPath(parent, links), basename(path));
    const target = links < mostLinks ? linkTarget(candidate) : undefined;
    return target === undefined ? candidate : realPath(resolve(dirname(candidate), target), links + 1);
  }
}

/** As many as Linux follows before it gives up. */
const mostLinks = 40;

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // No link.
  }
}

function noFolder(): TandemError<"workspace_gone"> {
  return new TandemError(
    "workspace_gone",
    { folder: "that the server was started in" },
    { repair: { say: "Start the client again in a folder that exists." } },
  );
}
