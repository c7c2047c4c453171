import type { TextStyle } from "./style.ts";

const typedTools: readonly string[] = ["status", "result", "cancel", "reply"];

/**
 * A call of a tool for whoever reads it: a model, and the person in Claude Code whom the model shows it word for word, who types
 * `/codex:result kqvbgm`.
 */
export function callWords(tool: string, values: Readonly<Record<string, unknown>>): string {
  const { job, text, ...others } = values;
  if (!typedTools.includes(tool)) return `${tool} ${JSON.stringify(values)}`;
  const typed = [
    `/codex:${tool}`,
    ...(others["all"] === true ? ["--all"] : []),
    ...(typeof job === "string" ? [job] : []),
    ...(text === undefined ? [] : ["…"]),
  ];
  const also = Object.entries(others).map(([name, value]) => `\`${name}: ${JSON.stringify(value)}\``);
  const more = also.length === 0 ? "" : ` with ${also.join(", ")}`;
  return `${typed.join(" ")} (for a model: \`${tool}\`${more})`;
}

/** How the reader looks at a job, or without letters at those of all folders: by a command, or by a tool. */
export function lookAt(letters: string | undefined, { reader }: TextStyle): string {
  if (reader === "model") {
    return callWords("status", letters === undefined ? { all: true } : { job: letters });
  }
  return `tandem status ${letters ?? "--all"}`;
}

/** Where the rest of a list is; a model has no place that has more. */
export function restIsIn({ reader }: TextStyle): string {
  return reader === "model" ? "" : " listed by --json";
}
