import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, win32 } from "node:path";
import { afterEach } from "vitest";
import type { FileView } from "../../src/codex/file-view.ts";
import type { SearchRequest } from "../../src/codex/locate.ts";

/** What stands for a file: its content, or the path that it links to. */
export type FakeFile = { readonly content: string | Buffer } | { readonly link: string };

/** Content that begins like a native program. */
export const elf: FakeFile = { content: Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]) };
export const machO: FakeFile = { content: Buffer.from([0xcf, 0xfa, 0xed, 0xfe]) };
export const exe: FakeFile = { content: "MZ\u0090" };
export const codexPackage: FakeFile = { content: '{"name":"@openai/codex","version":"0.169.0"}' };
export const script: FakeFile = { content: "#!/usr/bin/env node\n" };
export const link = (target: string): FakeFile => ({ link: target });
export const text = (content: string): FakeFile => ({ content });

/** A disk in memory for the layout of another system: absolute path to file. A link may name a folder. */
export function fakeDisk(platform: NodeJS.Platform, tree: Readonly<Record<string, FakeFile>>): FileView {
  const paths = platform === "win32" ? win32 : posix;
  const resolve = (path: string): string => {
    const { root } = paths.parse(path);
    let real = root;
    for (const part of path.slice(root.length).split(paths.sep)) {
      real = paths.join(real, part);
      const file = tree[real];
      if (file !== undefined && "link" in file) real = resolve(file.link);
    }
    return real;
  };
  const exists = (real: string) =>
    Object.keys(tree).some((path) => path === real || path.startsWith(`${real}${paths.sep}`));
  const contentOf = (path: string) => {
    const file = tree[resolve(path)];
    return file !== undefined && "content" in file ? Buffer.from(file.content as string) : undefined;
  };
  return {
    realPath: async (path) => (exists(resolve(path)) ? resolve(path) : undefined),
    isProgram: async (path) => contentOf(path) !== undefined,
    readStart: async (path, bytes) => (contentOf(path) ?? Buffer.alloc(0)).subarray(0, bytes),
  };
}

/** A search on a machine without any variable; a test adds what it needs. */
export function searchOn(
  platform: "linux" | "darwin" | "win32",
  environment: Record<string, string> = {},
  change: Partial<SearchRequest> = {},
): SearchRequest {
  const homes = { linux: "/home/ann", darwin: "/Users/ann", win32: "C:\\Users\\ann" };
  return {
    platform,
    architecture: platform === "darwin" ? "arm64" : "x64",
    home: homes[platform],
    nodePath: platform === "win32" ? "C:\\node\\node.exe" : "/opt/node/bin/node",
    environment,
    ...change,
  };
}

const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

export function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tandem-locate-"));
  made.push(folder);
  return folder;
}

export function writeProgram(path: string, content: string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, 0o755);
  return path;
}
