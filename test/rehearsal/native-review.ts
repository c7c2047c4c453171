import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { demoScript } from "../../src/rehearsal/demo-script.ts";
import type { RecordedRequest } from "../../src/rehearsal/recorder.ts";
import { createRehearsalHome } from "../../src/rehearsal/rehearsal-home.ts";
import { startScriptedModel } from "../../src/rehearsal/scripted-model.ts";
import { testHomesFolder } from "../support/homes.ts";
import { cleanEnvironment, codexBinary, killGroup } from "./codex-exec.ts";

export interface NativeReview {
  /** The reviewer's own JSON. */
  readonly verdict: {
    readonly findings: readonly {
      readonly title: string;
      readonly priority: number;
      readonly code_location: {
        readonly absolute_file_path: string;
        readonly line_range: { readonly start: number; readonly end: number };
      };
    }[];
    readonly overall_correctness: string;
    readonly overall_explanation: string;
    readonly overall_confidence_score: number;
  };
  /** Files that Codex recognised as read by a command that succeeded. */
  readonly reads: readonly string[];
  readonly warnings: readonly string[];
  /** The JSON answer of a second turn on the same thread, when one was asked for. */
  readonly followUp: unknown;
  readonly requests: readonly RecordedRequest[];
}

interface Options {
  readonly cwd: string;
  readonly target?: object;
  readonly model?: string;
  readonly trust?: "untrusted";
  readonly followUp?: { readonly prompt: string; readonly schema: object };
}

interface Notification {
  readonly id?: number;
  readonly method?: string;
  readonly result?: { readonly thread: { readonly id: string } };
  readonly params?: {
    readonly summary?: string;
    readonly item?: {
      readonly type: string;
      readonly text?: string;
      readonly content?: readonly { readonly text?: string }[];
      readonly role?: string;
      readonly exitCode?: number;
      readonly commandActions?: readonly { readonly type: string; readonly path?: string }[];
    };
  };
}

/** `review/start` of the real app-server on an ephemeral thread with the demo script, to its end. */
export async function runNativeReview(options: Options): Promise<NativeReview> {
  const model = await startScriptedModel(demoScript);
  const home = await createRehearsalHome(testHomesFolder, {
    baseUrl: model.baseUrl,
    ...(options.model === undefined ? {} : { model: options.model }),
  });
  const child = spawn(codexBinary(), ["app-server", "-c", "features.shell_snapshot=false"], {
    env: cleanEnvironment(home),
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
  });
  const seen: Notification[] = [];
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const until = async (fits: (message: Notification) => boolean): Promise<Notification> => {
    for (;;) {
      const next = await lines.next();
      if (next.done === true) throw new Error("The app-server ended early.");
      const message = JSON.parse(next.value) as Notification;
      seen.push(message);
      if (fits(message)) return message;
    }
  };
  let id = 0;
  const call = async (method: string, params: object): Promise<Notification> => {
    const own = ++id;
    child.stdin.write(`${JSON.stringify({ id: own, method, params })}\n`);
    return until((message) => message.id === own && message.method === undefined);
  };
  const turnEnd = async (): Promise<Notification> => until(({ method }) => method === "turn/completed");
  try {
    const capabilities = { experimentalApi: true, requestAttestation: false };
    await call("initialize", { clientInfo: { name: "test", title: null, version: "1" }, capabilities });
    const projects = { [options.cwd]: { trust_level: "untrusted" } };
    const started = await call("thread/start", {
      cwd: options.cwd,
      sandbox: "read-only",
      approvalPolicy: "never",
      ephemeral: true,
      experimentalRawEvents: true,
      config: options.trust === undefined ? {} : { projects },
    });
    const threadId = started.result?.thread.id;
    await call("review/start", { threadId, target: options.target ?? { type: "uncommittedChanges" } });
    await turnEnd();
    const verdict = JSON.parse(lastRawMessage(seen, "{")) as NativeReview["verdict"];
    let followUp: unknown;
    if (options.followUp !== undefined) {
      const { prompt, schema } = options.followUp;
      const input = [{ type: "text", text: prompt }];
      await call("turn/start", { threadId, input, outputSchema: schema });
      await turnEnd();
      followUp = JSON.parse(lastRawMessage(seen, "{"));
    }
    return { verdict, reads: readsIn(seen), warnings: warningsIn(seen), followUp, requests: model.requests };
  } finally {
    killGroup(child.pid);
    await once(child, "close");
    await model.close();
  }
}

function lastRawMessage(seen: readonly Notification[], start: string): string {
  const texts = seen
    .filter(({ method }) => method === "rawResponseItem/completed")
    .map(({ params }) => params?.item)
    .filter((item) => item?.type === "message" && item.role === "assistant")
    .map((item) => item?.content?.[0]?.text ?? "");
  return texts.findLast((text) => text.startsWith(start)) ?? "null";
}

function readsIn(seen: readonly Notification[]): readonly string[] {
  return seen
    .filter(({ method }) => method === "item/completed")
    .map(({ params }) => params?.item)
    .filter((item) => item?.type === "commandExecution" && item.exitCode === 0)
    .flatMap((item) => item?.commandActions ?? [])
    .flatMap((action) => (action.type === "read" && action.path !== undefined ? [action.path] : []));
}

/** Without the note that this machine has no bubblewrap of its own. */
function warningsIn(seen: readonly Notification[]): readonly string[] {
  return seen
    .filter(({ method }) => method === "configWarning" || method === "warning")
    .map(({ params }) => params?.summary ?? JSON.stringify(params))
    .filter((summary) => !summary.includes("bubblewrap"));
}
