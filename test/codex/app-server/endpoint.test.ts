import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { type Endpoint, readEndpoint } from "../../../src/codex/app-server/endpoint.ts";
import { TandemError } from "../../../src/domain/errors/tandem-error.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";

function read(address: string, tokenFile?: string, platform: NodeJS.Platform = "linux"): Endpoint {
  return readEndpoint(tokenFile === undefined ? { address } : { address, tokenFile }, platform);
}

function refusal(read: () => unknown): { message: string; say: string } {
  try {
    read();
  } catch (error) {
    if (error instanceof TandemError && error.report.kind === "usage") {
      return { message: error.message, say: error.report.repair.say };
    }
    throw error;
  }
  throw new Error("It was not refused.");
}

function fileWith(content: string, mode = 0o600): string {
  const path = join(makeHome("token"), "token");
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

describe("TANDEM_ENDPOINT", () => {
  const good: readonly [value: string, name: string][] = [
    ["unix:///run/codex.sock", "unix:///run/codex.sock"],
    ["unix:///with space/x:y", "unix:///with space/x:y"],
    ["ws://127.0.0.1:4500", "ws://127.0.0.1:4500"],
    ["ws://localhost:4500/path", "ws://localhost:4500/path"],
    ["ws://[::1]:4500", "ws://[::1]:4500"],
    ["wss://codex.example", "wss://codex.example"],
    ["WSS://Codex.Example:8443/", "wss://codex.example:8443"],
  ];
  for (const [value, name] of good) {
    verifies("endpoint.value", `takes ${value}`, () => {
      expect(read(value)).toMatchObject({ name, warnings: [] });
    });
  }

  const bad: readonly [value: string, says: RegExp][] = [
    ["unix://relative.sock", /three slashes/],
    ["unix:/one.sock", /three slashes/],
    ["unix://", /three slashes/],
    ["unix:///bell\u0007", /three slashes/],
    [`unix:///${"x".repeat(103)}`, /shorter path/],
    ["http://127.0.0.1:4500", /unix:\/\/\/absolute\/path, ws:/],
    ["127.0.0.1:4500", /ws:\/\/HOST:PORT/],
    ["/run/codex.sock", /unix:\/\/\/absolute\/path/],
    ["ws://", /ws:\/\/HOST:PORT/],
    ["ws://user:secret@127.0.0.1:1", /TANDEM_ENDPOINT_TOKEN_FILE/],
    ["wss://host/?token=secret", /TANDEM_ENDPOINT_TOKEN_FILE/],
    ["wss://host/#secret", /TANDEM_ENDPOINT_TOKEN_FILE/],
    ["ftp://user:secret@host", /unix:\/\/\/absolute\/path/],
    ["wss://user:se/cret@secret@host", /unix:\/\/\/absolute\/path/],
    ["host?token=secret", /unix:\/\/\/absolute\/path/],
    ["", /unix:\/\/\/absolute\/path/],
  ];
  for (const [value, says] of bad) {
    verifies("endpoint.value", `refuses ${JSON.stringify(value.slice(0, 40))} and says what to write`, () => {
      const { message, say } = refusal(() => read(value));
      expect(say).toMatch(says);
      expect(message).not.toContain("secret");
    });
  }

  verifies("endpoint.value", "names no socket on Windows", () => {
    expect(refusal(() => read("unix:///run/x", undefined, "win32")).say).toContain("ws://127.0.0.1:PORT");
  });

  verifies("endpoint.value", "that is in clear and elsewhere is warned of, and gets no token", () => {
    for (const host of ["codex.example:4500", "10.0.0.1:4500", "127.0.0.1.evil.example", "0.0.0.0:4500"]) {
      const value = `ws://${host}`;
      expect(read(value)?.warnings).toEqual([expect.stringContaining("unencrypted")]);
      const { message, say } = refusal(() => read(value, fileWith("t0ken")));
      expect(message).toContain("unencrypted");
      expect(say).toContain("wss://");
    }
  });
});

describe("the token's file", () => {
  verifies("endpoint.token", "is read where it is ours alone, also by a link", () => {
    const path = fileWith("t0ken-._~+/=\n");
    const link = `${path}-link`;
    symlinkSync(path, link);
    for (const value of ["ws://127.0.0.1:1", "wss://codex.example", "unix:///run/x"]) {
      for (const file of [path, link]) expect(read(value, file)?.token).toBe("t0ken-._~+/=");
    }
  });

  verifies("endpoint.token", "that others can read or write is refused", () => {
    for (const mode of [0o640, 0o604, 0o622, 0o660]) {
      const { message, say } = refusal(() => read("wss://host", fileWith("t0ken", mode)));
      expect(message).toContain("can be read by others");
      expect(say).toContain("chmod 600");
    }
  });

  const wrong: readonly [what: string, path: () => string, says: string][] = [
    ["missing", () => join(makeHome("token"), "absent"), "cannot be read"],
    ["named by a relative path", () => "token", "is no absolute path"],
    ["a folder", () => fileOfKind("folder"), "is no file"],
    ["a pipe", () => fileOfKind("pipe"), "is no file"],
    ["empty", () => fileWith("\n"), "holds no token"],
    ["of several lines", () => fileWith("one\ntwo\n"), "holds no token"],
    ["with a header in it", () => fileWith("one\r\nx: y\r\n"), "holds no token"],
    ["too large", () => fileWith("x".repeat(9_000)), "has 9000 bytes"],
  ];
  for (const [what, path, says] of wrong) {
    verifies("endpoint.token", `that is ${what} is refused, without its content`, () => {
      const { message } = refusal(() => read("wss://host", path()));
      expect(message).toContain(says);
      expect(message).toContain("TANDEM_ENDPOINT_TOKEN_FILE");
      expect(message).not.toContain("one");
    });
  }
});

function fileOfKind(kind: "folder" | "pipe"): string {
  const path = join(makeHome("token"), kind);
  if (kind === "folder") mkdirSync(path, { mode: 0o700 });
  else execFileSync("mkfifo", ["-m", "600", path]);
  return path;
}
