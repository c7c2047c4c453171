import type { TextStyle } from "./style.ts";

/** How the reader looks at a job, or without letters at those of all folders: by a command, or by a tool. */
export function lookAt(letters: string | undefined, { reader }: TextStyle): string {
  if (reader === "model") {
    return `status ${JSON.stringify(letters === undefined ? { all: true } : { job: letters })}`;
  }
  return `tandem status ${letters ?? "--all"}`;
}

/** Where the rest of a list is; a model has no place that has more. */
export function restIsIn({ reader }: TextStyle): string {
  return reader === "model" ? "" : " listed by --json";
}
