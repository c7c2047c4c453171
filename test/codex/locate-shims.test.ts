import { describe, expect } from "vitest";
import { findCodex } from "../../src/codex/locate.ts";
import { platformPackageOf } from "../../src/codex/platform-package.ts";
import { verifies } from "../support/requirements.ts";
import {
  codexPackage,
  elf,
  exe,
  type FakeFile,
  fakeDisk,
  link,
  machO,
  script,
  searchOn,
  text,
} from "./locate-support.ts";

const linuxProgram = "vendor/x86_64-unknown-linux-musl/bin/codex";
const macProgram = "vendor/aarch64-apple-darwin/bin/codex";
const windowsProgram = "vendor\\x86_64-pc-windows-msvc\\bin\\codex.exe";

/** The files of the package `@openai/codex` in a folder. */
function wrapperIn(folder: string, separator = "/"): Record<string, FakeFile> {
  return {
    [`${folder}${separator}package.json`]: codexPackage,
    [`${folder}${separator}bin${separator}codex.js`]: script,
  };
}

describe("npm on Unix", () => {
  const root = "/usr/local/lib/node_modules/@openai";
  const bin = { "/usr/local/bin/codex": link(`${root}/codex/bin/codex.js`), ...wrapperIn(`${root}/codex`) };

  verifies(
    "locate.native",
    "a nested, a hoisted and a vendored program are found behind the link in bin",
    async () => {
      const places = [
        `${root}/codex/node_modules/@openai/codex-linux-x64/${linuxProgram}`,
        `${root}/codex-linux-x64/${linuxProgram}`,
        `${root}/codex/${linuxProgram}`,
      ];
      for (const place of places) {
        const files = fakeDisk("linux", { ...bin, [place]: elf });
        expect(await findCodex(searchOn("linux", { PATH: "/usr/local/bin" }), files)).toMatchObject({
          path: place,
          argumentsPrefix: [],
          native: true,
        });
      }
      const all = fakeDisk("linux", { ...bin, ...Object.fromEntries(places.map((place) => [place, elf])) });
      expect((await findCodex(searchOn("linux", { PATH: "/usr/local/bin" }), all)).path).toBe(places[0]);
    },
  );

  verifies(
    "locate.native",
    "a program for another machine is not taken; the wrapper is then started with Node",
    async () => {
      const files = fakeDisk("linux", {
        ...bin,
        [`${root}/codex-linux-arm64/vendor/aarch64-unknown-linux-musl/bin/codex`]: elf,
      });
      expect(await findCodex(searchOn("linux", { PATH: "/usr/local/bin" }), files)).toMatchObject({
        path: "/opt/node/bin/node",
        argumentsPrefix: [`${root}/codex/bin/codex.js`],
        native: false,
      });
    },
  );

  verifies("locate.native", "a codex.js of another package is not looked behind", async () => {
    const files = fakeDisk("linux", {
      "/x/bin/codex": link("/x/other/bin/codex.js"),
      "/x/other/package.json": text('{"name":"other"}'),
      "/x/other/bin/codex.js": script,
      [`/x/other/${linuxProgram}`]: elf,
    });
    expect((await findCodex(searchOn("linux", { PATH: "/x/bin" }), files)).argumentsPrefix).toEqual([
      "/x/other/bin/codex.js",
    ]);
  });
});

describe("other package managers", () => {
  verifies(
    "locate.native",
    "a pnpm shell shim is followed into the store, where the program is a sibling",
    async () => {
      const store = "/Users/ann/Library/pnpm/global/5/.pnpm/@openai+codex@0.169.0/node_modules/@openai";
      const program = `/Users/ann/Library/pnpm/global/5/.pnpm/codex-darwin-arm64/${macProgram}`;
      const files = fakeDisk("darwin", {
        "/Users/ann/Library/pnpm/codex": text(
          '#!/bin/sh\nbasedir=$(dirname "$0")\nexec node "$basedir/global/5/node_modules/@openai/codex/bin/codex.js" "$@"\n',
        ),
        "/Users/ann/Library/pnpm/global/5/node_modules/@openai/codex": link(`${store}/codex`),
        ...wrapperIn(`${store}/codex`),
        [`${store}/codex-darwin-arm64`]: link("/Users/ann/Library/pnpm/global/5/.pnpm/codex-darwin-arm64"),
        [program]: machO,
      });
      expect((await findCodex(searchOn("darwin"), files)).path).toBe(program);
    },
  );

  verifies("locate.native", "a bun link is followed into its global folder", async () => {
    const modules = "/home/ann/.bun/install/global/node_modules/@openai";
    const files = fakeDisk("linux", {
      "/home/ann/.bun/bin/codex": link(`${modules}/codex/bin/codex.js`),
      ...wrapperIn(`${modules}/codex`),
      [`${modules}/codex-linux-x64/${linuxProgram}`]: elf,
    });
    expect((await findCodex(searchOn("linux"), files)).path).toBe(
      `${modules}/codex-linux-x64/${linuxProgram}`,
    );
  });

  verifies("locate.native", "volta's dispatcher is passed by for the package that it manages", async () => {
    const modules = "/home/ann/.volta/tools/image/packages/@openai/codex/lib/node_modules/@openai";
    const files = fakeDisk("linux", {
      "/home/ann/.volta/bin/codex": link("/usr/bin/volta-shim"),
      "/usr/bin/volta-shim": elf,
      ...wrapperIn(`${modules}/codex`),
      [`${modules}/codex/node_modules/@openai/codex-linux-x64/${linuxProgram}`]: elf,
    });
    expect((await findCodex(searchOn("linux"), files)).path).toContain("/codex-linux-x64/");
  });

  verifies(
    "locate.native",
    "an unknown dispatcher or wrapper script is started under the name by which it was found",
    async () => {
      const files = fakeDisk("linux", {
        "/shims/codex": link("/usr/bin/mise"),
        "/usr/bin/mise": elf,
        "/own/codex": text('#!/bin/sh\nexec /somewhere/codex "$@"\n'),
      });
      for (const folder of ["/shims", "/own"])
        expect(await findCodex(searchOn("linux", { PATH: folder }), files)).toMatchObject({
          path: `${folder}/codex`,
          argumentsPrefix: [],
          native: false,
        });
    },
  );

  verifies("locate.native", "a Homebrew link is resolved to the program itself", async () => {
    const program = "/opt/homebrew/Caskroom/codex/0.169.0/codex-aarch64-apple-darwin";
    const files = fakeDisk("darwin", { "/opt/homebrew/bin/codex": link(program), [program]: machO });
    expect(await findCodex(searchOn("darwin"), files)).toMatchObject({ path: program, native: true });
  });
});

describe("Windows", () => {
  const npm = "C:\\Users\\ann\\AppData\\Roaming\\npm";
  const modules = `${npm}\\node_modules\\@openai`;
  const wrapper = wrapperIn(`${modules}\\codex`, "\\");
  const program = `${modules}\\codex\\node_modules\\@openai\\codex-win32-x64\\${windowsProgram}`;
  const cmd =
    '@ECHO off\r\nIF EXIST "%dp0%\\node.exe" (SET "_prog=%dp0%\\node.exe")\r\n"%_prog%" "%dp0%\\node_modules\\@openai\\codex\\bin\\codex.js" %*\r\n';
  const ps1 = '#!/usr/bin/env pwsh\n& "node$exe" "$basedir/node_modules/@openai/codex/bin/codex.js" $args\n';

  verifies(
    "locate.native",
    "npm's .cmd and .ps1 shims lead to codex.exe, on PATH and in the known place",
    async () => {
      const shims: Record<string, FakeFile> = { "codex.cmd": text(cmd), "codex.ps1": text(ps1) };
      for (const [name, content] of Object.entries(shims)) {
        const files = fakeDisk("win32", { [`${npm}\\${name}`]: content, ...wrapper, [program]: exe });
        for (const environment of [{ PATH: npm }, {}] as Record<string, string>[])
          expect(await findCodex(searchOn("win32", environment), files)).toMatchObject({
            path: program,
            argumentsPrefix: [],
            native: true,
            resolvedFrom: `${npm}\\${name}`,
          });
      }
    },
  );

  verifies("locate.native", "a shim of unknown form is resolved by the package beside it", async () => {
    const files = fakeDisk("win32", {
      [`${npm}\\codex.cmd`]: text("@node something %*"),
      ...wrapper,
      [program]: exe,
    });
    expect((await findCodex(searchOn("win32"), files)).path).toBe(program);
  });

  verifies(
    "locate.native",
    "a shim with nothing behind it is passed over and never started through a shell",
    async () => {
      const files = fakeDisk("win32", { [`${npm}\\codex.cmd`]: text(cmd), "D:\\codex\\codex.exe": exe });
      const found = await findCodex(searchOn("win32", { PATH: `${npm};D:\\codex` }), files);
      expect(found.path).toBe("D:\\codex\\codex.exe");
      expect(found.remarks).toEqual([expect.stringContaining("codex.cmd")]);
    },
  );

  verifies("locate.native", "bun's launcher is passed by for the package that it leads to", async () => {
    const global = "C:\\Users\\ann\\.bun\\install\\global\\node_modules\\@openai";
    const files = fakeDisk("win32", {
      "C:\\Users\\ann\\.bun\\bin\\codex.exe": exe,
      "C:\\Users\\ann\\.bun\\bin\\codex.bunx": text("x"),
      ...wrapperIn(`${global}\\codex`, "\\"),
      [`${global}\\codex-win32-x64\\${windowsProgram}`]: exe,
    });
    expect((await findCodex(searchOn("win32"), files)).path).toBe(
      `${global}\\codex-win32-x64\\${windowsProgram}`,
    );
  });
});

describe("platform packages", () => {
  verifies(
    "locate.native",
    "each supported machine has the package and target that Codex 0.169 names",
    () => {
      const table: Record<string, string> = {
        "linux x64": "codex-linux-x64 x86_64-unknown-linux-musl/bin/codex",
        "linux arm64": "codex-linux-arm64 aarch64-unknown-linux-musl/bin/codex",
        "android arm64": "codex-linux-arm64 aarch64-unknown-linux-musl/bin/codex",
        "darwin x64": "codex-darwin-x64 x86_64-apple-darwin/bin/codex",
        "darwin arm64": "codex-darwin-arm64 aarch64-apple-darwin/bin/codex",
        "win32 x64": "codex-win32-x64 x86_64-pc-windows-msvc/bin/codex.exe",
        "win32 arm64": "codex-win32-arm64 aarch64-pc-windows-msvc/bin/codex.exe",
      };
      for (const [machine, expected] of Object.entries(table)) {
        const [platform = "", architecture = ""] = machine.split(" ");
        const found = platformPackageOf(platform, architecture);
        expect(`${found?.name} ${found?.program.join("/")}`).toBe(expected);
      }
      expect(platformPackageOf("linux", "ia32")).toBeUndefined();
      expect(platformPackageOf("freebsd", "x64")).toBeUndefined();
    },
  );
});
