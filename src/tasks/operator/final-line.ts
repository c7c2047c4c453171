import { isRecord, parseJson } from "../../domain/json.ts";
import { parseJsonAnswer } from "../json-answer.ts";

/** What the agent says at the end. It is a claim. */
export type FinalLine =
  | {
      readonly type: "line";
      readonly status: "ok" | "failed";
      readonly reason?: string;
      readonly result?: unknown;
    }
  | { readonly type: "none"; readonly problem: string };

/** Reads the last line of an answer, or an answer that is one JSON object as a whole. */
export function readFinalLine(answer: string | undefined): FinalLine {
  const text = (answer ?? "").trim();
  if (text === "") return { type: "none", problem: "there is no final message" };
  const last = text.slice(text.lastIndexOf("\n") + 1);
  const value = [parseJson(last), parseJsonAnswer(text)].find(isRecord);
  if (value === undefined) return { type: "none", problem: "its last line is not a JSON object" };
  const { status, reason, result } = value;
  if (status !== "ok" && status !== "failed") {
    return { type: "none", problem: 'its last line has no "status" that is "ok" or "failed"' };
  }
  return {
    type: "line",
    status,
    ...(typeof reason === "string" && reason.trim() !== "" ? { reason } : {}),
    ...(Object.hasOwn(value, "result") ? { result } : {}),
  };
}
