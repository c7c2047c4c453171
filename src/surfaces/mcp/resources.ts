import { join } from "node:path";
import type { Resource, ResourceTemplateType } from "@modelcontextprotocol/server";
import { toErrorReport } from "../../domain/errors/tandem-error.ts";
import { isTerminal } from "../../domain/job.ts";
import { readPrivateFile } from "../../jobs/private-files.ts";
import { jobFiles } from "../../jobs/state-paths.ts";
import type { JobStore } from "../../jobs/store.ts";
import { resultOf } from "../client/result-of.ts";
import { settle } from "../client/settle.ts";
import type { McpHost } from "./host.ts";
import { type McpSession, openSession } from "./place/open-session.ts";
import { stillRunning } from "./results/still-running.ts";

/** What a resource holds. */
export type ResourceContent = { readonly uri: string; readonly mimeType: string } & (
  | { readonly text: string }
  | { readonly blob: string }
);

const schemaAddress = "tandem://schema";
const errorsAddress = "tandem://errors";

export const resources: Resource[] = [
  {
    uri: schemaAddress,
    name: "schema",
    title: "JSON Schema of the envelope",
    mimeType: "application/schema+json",
  },
  { uri: errorsAddress, name: "errors", title: "All kinds of errors", mimeType: "text/markdown" },
];

export const resourceTemplates: ResourceTemplateType[] = [
  {
    uriTemplate: "tandem://jobs/{id}",
    name: "job",
    title: "The envelope of a job",
    mimeType: "application/json",
  },
  {
    uriTemplate: "tandem://jobs/{id}/patch",
    name: "patch",
    title: "The patch of a job, byte for byte",
    mimeType: "text/x-diff",
  },
];

/** Undefined when there is no such resource, a sentence when it cannot be had. */
export async function readResource(
  uri: string,
  host: McpHost,
): Promise<ResourceContent | string | undefined> {
  try {
    return await findResource(uri, host);
  } catch (error) {
    const { kind, message } = toErrorReport(error);
    return `${kind}: ${message}`;
  }
}

async function findResource(uri: string, host: McpHost): Promise<ResourceContent | undefined> {
  if (uri === schemaAddress) {
    const { default: schema } = await import("../../../docs/envelope.schema.json");
    return { uri, mimeType: "application/schema+json", text: JSON.stringify(schema) };
  }
  if (uri === errorsAddress) {
    const { renderErrorsPage } = await import("../../report/errors-page.ts");
    return { uri, mimeType: "text/markdown", text: renderErrorsPage() };
  }
  const [, name, patch] = /^tandem:\/\/jobs\/([\da-z-]{1,100})(\/patch)?$/.exec(uri) ?? [];
  if (name === undefined) return undefined;
  const session = await openSession(host, host.startFolder() ?? host.world.home);
  return patch === undefined ? readJob(uri, name, session) : readPatch(uri, name, session.store);
}

async function readJob(uri: string, name: string, session: McpSession): Promise<ResourceContent> {
  const { store } = session;
  const record = await store.find(name);
  const hasEnded = isTerminal(record.status);
  const envelope = hasEnded ? await resultOf(record, store) : stillRunning(record);
  if (hasEnded) await settle(envelope, session);
  const { renderJson } = await import("../../report/json.ts");
  return { uri, mimeType: "application/json", text: renderJson(envelope, { pretty: false }) };
}

/** A patch is given as it is: whoever applies it must have every byte. */
async function readPatch(uri: string, name: string, store: JobStore): Promise<ResourceContent | undefined> {
  const { id } = await store.find(name);
  const read = readPrivateFile(join(store.foldersOf(id).job, jobFiles.patch), largestPatch);
  if (read.found !== "file") return undefined;
  const { bytes } = read;
  const mimeType = "text/x-diff";
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes)
    ? { uri, mimeType, text }
    : { uri, mimeType, blob: bytes.toString("base64") };
}

const largestPatch = 256 * 1024 * 1024;
