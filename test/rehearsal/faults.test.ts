import { describe, expect } from "vitest";
import {
  dropStream,
  hang,
  httpError,
  incomplete,
  insufficientQuota,
  responseFailed,
  silence,
  usageLimitReached,
} from "../../src/rehearsal/faults.ts";
import { message } from "../../src/rehearsal/replies.ts";
import type { Reply } from "../../src/rehearsal/reply.ts";
import { sequence } from "../../src/rehearsal/script.ts";
import { verifies } from "../support/requirements.ts";
import { answers, type ExecOptions, failure, runExec } from "./codex-exec.ts";

/** Fault, what Codex says of it when nothing is retried, and the messages that stay. */
const final: readonly [name: string, Reply, says: RegExp, kept: readonly string[]][] = [
  ["400", httpError(400, { error: { message: "Bad thing" } }), /^\{"error":\{"message":"Bad thing"\}\}$/, []],
  ["401", httpError(401), /unexpected status 401 Unauthorized: Scripted error 401/, []],
  ["403", httpError(403), /unexpected status 403 Forbidden/, []],
  ["404", httpError(404), /unexpected status 404 Not Found/, []],
  ["429", httpError(429), /exceeded retry limit, last status: 429/, []],
  ["500", httpError(500), /experiencing high demand/, []],
  ["503", httpError(503), /unexpected status 503/, []],
  ["a used up limit", usageLimitReached(new Date("2096-10-02T12:00:00Z")), /hit your usage limit.*2096/, []],
  ["a used up quota", insufficientQuota(), /Quota exceeded/, []],
  ["a full context", responseFailed("context_length_exceeded", "Long"), /ran out of room/, []],
  ["a rate limit", responseFailed("rate_limit_exceeded", "Slow down"), /rate limit exceeded: Slow down/, []],
  ["an overload", responseFailed("server_is_overloaded", "Busy"), /at capacity/, []],
  ["a policy", responseFailed("cyber_policy", "Not this"), /^Not this$/, []],
  ["an invalid prompt", responseFailed("invalid_prompt", "Not so"), /^Not so$/, []],
  ["a cut answer", incomplete("max_output_tokens", "Half"), /reason: max_output_tokens/, ["Half"]],
  ["a filtered answer", incomplete("content_filter", "Half"), /reason: content_filter/, ["Half"]],
  ["a drop within a message", dropStream(), /stream disconnected before completion/, []],
  ["a drop after a message", dropStream({ afterItem: true, text: "Half" }), /stream disconnected/, ["Half"]],
];

describe("faults that end the run", () => {
  for (const [name, fault, says, kept] of final) {
    verifies(
      "rehearsal.faults",
      `${name} ends the run with exit code 1, one request and its reason`,
      async () => {
        const result = await runExec(sequence(fault));
        expect(failure(result)).toMatch(says);
        expect([result.exitCode, result.requests.length, answers(result)]).toEqual([1, 1, kept]);
      },
    );
  }

  verifies("rehearsal.faults", "silence within the stream is broken off by Codex's own limit", async () => {
    const result = await runExec(sequence(silence(message("Half"))), { streamIdleMs: 200 });
    expect(failure(result)).toContain("idle timeout waiting for SSE");
    expect([result.exitCode, answers(result)]).toEqual([1, ["Half"]]);
  });

  verifies("rehearsal.faults", "an endpoint that does not exist ends the run without a request", async () => {
    const result = await runExec(sequence(message("x")), { baseUrl: "http://127.0.0.1:9/v1" });
    expect(failure(result)).toContain("Connection failed");
    expect([result.exitCode, result.requests.length]).toEqual([1, 0]);
  });
});

/** Fault before a good answer, the retry that covers it, and whether the stream of events mentions it. */
const passing: readonly [name: string, Reply, ExecOptions, mentioned: boolean][] = [
  ["500", httpError(500), { requestRetries: 1 }, false],
  ["401", httpError(401), { streamRetries: 1 }, true],
  ["429 with retry-after", httpError(429, undefined, { "retry-after": "0" }), { streamRetries: 1 }, true],
  [
    "a rate limit",
    responseFailed("rate_limit_exceeded", "Please try again in 0.1s."),
    { streamRetries: 1 },
    true,
  ],
  ["a drop", dropStream(), { streamRetries: 1 }, true],
];

describe("faults that a retry covers", () => {
  for (const [name, fault, options, mentioned] of passing) {
    verifies(
      "rehearsal.faults",
      `${name} and then an answer is a completed turn of two requests`,
      async () => {
        const result = await runExec(sequence(fault, message("Then")), options);
        expect([result.exitCode, result.requests.length, answers(result)]).toEqual([0, 2, ["Then"]]);
        expect(result.events.some((event) => event.message?.startsWith("Reconnecting... 1/1"))).toBe(
          mentioned,
        );
      },
    );
  }

  verifies(
    "rehearsal.faults",
    "a message that was complete before the drop stays beside the new one",
    async () => {
      const script = sequence(dropStream({ afterItem: true, text: "First" }), message("Second"));
      expect(answers(await runExec(script, { streamRetries: 1 }))).toEqual(["First", "Second"]);
    },
  );
});

verifies("rehearsal.sync", "a run that hangs at the model can be killed, and the model notices", async () => {
  const result = await runExec(sequence(hang()), {
    meanwhile: async (model, kill) => {
      const request = await model.waitForRequest(1);
      kill();
      await request.closed;
    },
  });
  expect([result.signal, result.events.map((event) => event.type)]).toEqual([
    "SIGKILL",
    ["thread.started", "turn.started"],
  ]);
});
