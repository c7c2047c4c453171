import { TandemError } from "../../../domain/errors/tandem-error.ts";
import type { FlagValues } from "../../../settings/load.ts";
import type { McpHost } from "../host.ts";
import { loadFolderSettings, type McpSession, openSession } from "./open-session.ts";
import { chooseWorkspace, isWithin, outOfBounds, type Workspace } from "./workspace.ts";

/** What a call says of where it works. */
export interface PlaceWish {
  readonly folder?: string | undefined;
  /** The job that it goes on with: where that worked, when no folder is named. */
  readonly continues?: string;
  /** A look at jobs, which are named from anywhere: works although the client's folder is gone. */
  readonly needsNoFolder?: true;
  /** Settings that the call has values of its own for. */
  readonly flags?: FlagValues;
}

/** Where a call works, and what with. */
export interface Place {
  readonly workspace: Workspace;
  readonly session: McpSession;
  /** For the reader of the result. */
  readonly notes: readonly string[];
}

/** Throws `usage`, `workspace_gone`, `state_unwritable`, and `job_not_found` or `job_ambiguous` for a job to go on with. */
export async function openPlace(wish: PlaceWish, host: McpHost): Promise<Place> {
  const { folder, continues, needsNoFolder, flags } = wish;
  const found = await (needsNoFolder === true ? anyWorkspace : findWorkspace)(folder, host);
  const workspace =
    continues === undefined || folder !== undefined ? found : await workspaceOfJob(continues, found, host);
  const session = await openSession(host, workspace.folder, flags);
  return { workspace, session, notes: workspace.warning === undefined ? [] : [workspace.warning] };
}

/** The folder of a call, by its argument and the client. Throws `usage` or `workspace_gone`. */
export async function findWorkspace(folder: string | undefined, host: McpHost): Promise<Workspace> {
  const { world, claude } = host;
  const startFolder = host.startFolder();
  // Which folders a person has opened is no repository's matter: their settings are read without one.
  const [roots, { settings }] = await Promise.all([
    host.roots(),
    loadFolderSettings(host, startFolder ?? world.home),
  ]);
  return chooseWorkspace(folder, {
    ...(roots === undefined ? {} : { roots }),
    ...(claude?.projectFolder === undefined ? {} : { projectFolder: claude.projectFolder }),
    ...(startFolder === undefined ? {} : { startFolder }),
    allowed: settings.values.mcp_folders,
    platform: world.platform,
  });
}

async function anyWorkspace(folder: string | undefined, host: McpHost): Promise<Workspace> {
  try {
    return await findWorkspace(folder, host);
  } catch (error) {
    const isGone = error instanceof TandemError && error.report.kind === "workspace_gone";
    if (!isGone || folder !== undefined) throw error;
    return { folder: host.world.home, bounds: [], warning: `${error.message} Jobs are named from anywhere.` };
  }
}

/** A thread is continued where it worked, if that is one of the client's folders. */
async function workspaceOfJob(
  name: string,
  { folder, bounds }: Workspace,
  host: McpHost,
): Promise<Workspace> {
  const { store } = await openSession(host, folder);
  const { id } = await store.find(name);
  const cwd = (await store.readRequest(id))?.cwd ?? folder;
  if (isWithin(cwd, bounds, host.world.platform)) return { folder: cwd, bounds };
  const { repair } = outOfBounds("job", bounds).report;
  const problem = `Job ${id} worked outside of the folders that this client works in.`;
  throw new TandemError("usage", { problem }, { repair });
}
