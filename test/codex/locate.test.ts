import { existsSync, realpathSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect } from "vitest";
import { findCodex, type SearchRequest } from "../../src/codex/locate.ts";
import { knownFolders, pathFolders } from "../../src/codex/search-places.ts";
import { TandemError } from "../../src/domain/errors/tandem-error.ts";
import { verifies } from "../support/requirements.ts";
import {
  elf,
  exe,
  fakeDisk,
  link,
  machO,
  makeFolder,
  searchOn,
  text,
  writeProgram,
} from "./locate-support.ts";

/** A search on the real disk of this machine with nothing of it on the path. */
function searchHere(environment: Record<string, string>, change: Partial<SearchRequest> = {}): SearchRequest {
  const empty = makeFolder();
  return {
    platform: process.platform,
    architecture: process.arch,
    home: empty,
    nodePath: process.execPath,
    environment,
    ...change,
  };
}

async function failureOf(searching: Promise<unknown>): Promise<TandemError["report"]> {
  const failure: unknown = await searching.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (failure instanceof TandemError) return failure.report;
  throw new Error(`Expected an error report, got ${String(failure)}`);
}

const realPackage = dirname(createRequire(import.meta.url).resolve("@openai/codex/package.json"));

describe("order of places", () => {
  const tree = {
    "/named/codex": elf,
    "/first/codex": elf,
    "/second/codex": elf,
    "/home/ann/.local/bin/codex": elf,
  };
  const files = fakeDisk("linux", tree);

  verifies(
    "locate.order",
    "TANDEM_CODEX wins over PATH, PATH over known places, and the first of PATH over the second",
    async () => {
      const PATH = "/none:/first:/second";
      expect(await findCodex(searchOn("linux", { PATH, TANDEM_CODEX: "/named/codex" }), files)).toMatchObject(
        {
          path: "/named/codex",
          origin: "TANDEM_CODEX",
        },
      );
      expect(await findCodex(searchOn("linux", { PATH }), files)).toEqual({
        path: "/first/codex",
        argumentsPrefix: [],
        native: true,
        resolvedFrom: "/first/codex",
        origin: "PATH",
        remarks: [],
      });
      expect(await findCodex(searchOn("linux", { PATH: "/none" }), files)).toMatchObject({
        path: "/home/ann/.local/bin/codex",
        origin: "known place",
      });
    },
  );

  verifies(
    "locate.order",
    "when there is none, the error lists what was searched and how to install it",
    async () => {
      const report = await failureOf(
        findCodex(searchOn("darwin", { PATH: "/usr/bin:/bin" }), fakeDisk("darwin", {})),
      );
      expect(report).toMatchObject({
        kind: "codex_not_installed",
        repair: { command: "npm install --global @openai/codex" },
      });
      for (const place of [
        "PATH (2 folders)",
        "/opt/homebrew/bin",
        "/Users/ann/.bun/bin",
        "/Applications/Codex.app",
      ])
        expect(report.message).toContain(place);
    },
  );

  verifies("locate.order", "each system's installers are looked for in their own places", async () => {
    const mac = fakeDisk("darwin", { "/Applications/Codex.app/Contents/Resources/codex": machO });
    expect((await findCodex(searchOn("darwin"), mac)).path).toBe(
      "/Applications/Codex.app/Contents/Resources/codex",
    );
    const windows = fakeDisk("win32", {
      "C:\\Users\\ann\\AppData\\Local\\Programs\\OpenAI\\Codex\\bin\\codex.exe": exe,
    });
    expect((await findCodex(searchOn("win32"), windows)).path).toMatch(/OpenAI\\Codex\\bin\\codex\.exe$/);
    const standalone = fakeDisk("linux", { "/codex-home/packages/standalone/current/bin/codex": elf });
    expect((await findCodex(searchOn("linux", { CODEX_HOME: "/codex-home" }), standalone)).origin).toBe(
      "known place",
    );
    const beside = fakeDisk("linux", { "/opt/node/bin/codex": elf });
    expect((await findCodex(searchOn("linux"), beside)).path).toBe("/opt/node/bin/codex");
  });

  verifies("locate.order", "known places are absolute on every system even with odd variables", () => {
    const environment = {
      PNPM_HOME: "pnpm",
      CODEX_HOME: "",
      CODEX_INSTALL_DIR: "./bin",
      npm_config_prefix: "x",
    };
    for (const platform of ["linux", "darwin", "win32"] as const)
      for (const folder of knownFolders(searchOn(platform, environment)))
        expect(folder).toMatch(platform === "win32" ? /^C:\\/ : /^\//);
  });
});

describe("TANDEM_CODEX", () => {
  const files = fakeDisk("linux", { "/ok/codex": elf, "/folder/x/codex": elf, "/first/codex": elf });

  verifies(
    "locate.named",
    "a relative, missing or unusable name is refused and PATH is not used instead",
    async () => {
      for (const named of ["codex", "./codex", "~/codex", "/none/codex", "/folder/x"]) {
        const report = await failureOf(
          findCodex(searchOn("linux", { TANDEM_CODEX: named, PATH: "/first" }), files),
        );
        expect(report.kind).toBe("codex_not_installed");
        expect(report.message).toContain(`TANDEM_CODEX names "${named}"`);
      }
    },
  );

  verifies("locate.named", "a Codex in the workspace runs when it is named", async () => {
    const request = searchOn("linux", { TANDEM_CODEX: "/repo/codex" }, { workspace: "/repo" });
    expect((await findCodex(request, fakeDisk("linux", { "/repo/codex": elf }))).path).toBe("/repo/codex");
  });

  verifies(
    "locate.named",
    "a script that it names is started with Node, also where it is not executable",
    async () => {
      const files = fakeDisk("win32", { "C:\\fake\\codex.mjs": text("export {}") });
      expect(
        await findCodex(searchOn("win32", { TANDEM_CODEX: "C:\\fake\\codex.mjs" }), files),
      ).toMatchObject({
        path: "C:\\node\\node.exe",
        argumentsPrefix: ["C:\\fake\\codex.mjs"],
      });
      const missing = searchOn("linux", { TANDEM_CODEX: "/none.mjs" });
      expect((await failureOf(findCodex(missing, fakeDisk("linux", {})))).kind).toBe("codex_not_installed");
    },
  );

  verifies("locate.named", "an empty one counts as not set", async () => {
    expect((await findCodex(searchOn("linux", { TANDEM_CODEX: "", PATH: "/first" }), files)).origin).toBe(
      "PATH",
    );
  });
});

describe("the workspace", () => {
  verifies("locate.workspace", "relative and empty PATH entries are not searched on any system", () => {
    expect(pathFolders(searchOn("linux", { PATH: ".:/a::bin:./b:../c:/a:/b" }))).toEqual(["/a", "/b"]);
    expect(pathFolders(searchOn("win32", { Path: '.;"C:\\a b";\\x;C:rel;;D:\\c' }))).toEqual([
      "C:\\a b",
      "D:\\c",
    ]);
  });

  verifies(
    "locate.workspace",
    "a Codex in the workspace is passed over for one outside, and that is said",
    async () => {
      const files = fakeDisk("linux", { "/repo/node_modules/.bin/codex": elf, "/usr/local/bin/codex": elf });
      const PATH = "/repo/node_modules/.bin:/usr/local/bin";
      const found = await findCodex(searchOn("linux", { PATH }, { workspace: "/repo" }), files);
      expect(found.path).toBe("/usr/local/bin/codex");
      expect(found.remarks).toEqual([expect.stringContaining("/repo/node_modules/.bin/codex")]);
    },
  );

  verifies("locate.workspace", "one that TANDEM_CODEX names there is taken, and that is said", async () => {
    const files = fakeDisk("linux", { "/repo/bin/codex": elf });
    const search = searchOn("linux", { TANDEM_CODEX: "/repo/bin/codex" }, { workspace: "/repo" });
    expect((await findCodex(search, files)).remarks).toEqual([
      'Codex is "/repo/bin/codex", which lies in the workspace: TANDEM_CODEX names it.',
    ]);
    const outside = searchOn("linux", { TANDEM_CODEX: "/repo/bin/codex" }, { workspace: "/other" });
    expect((await findCodex(outside, files)).remarks).toEqual([]);
  });

  verifies("locate.workspace", "when it is the only one, the error names it and TANDEM_CODEX", async () => {
    const files = fakeDisk("linux", { "/repo/bin/codex": elf });
    const report = await failureOf(
      findCodex(searchOn("linux", { PATH: "/repo/bin" }, { workspace: "/repo" }), files),
    );
    expect(report.kind).toBe("codex_not_installed");
    expect(report.message).toContain("/repo/bin/codex");
    expect(report.repair.say).toContain("TANDEM_CODEX");
  });

  verifies(
    "locate.workspace",
    "links do not hide it: from outside into the workspace, out of it, or a linked workspace",
    async () => {
      const tree = {
        "/outside/codex": link("/repo/evil/codex"),
        "/repo/evil/codex": elf,
        "/repo/bin/codex": link("/usr/lib/codex/codex"),
        "/usr/lib/codex/codex": elf,
        "/linked": link("/repo"),
        "/repo/tools": link("/usr/lib/codex"),
      };
      const files = fakeDisk("linux", tree);
      for (const PATH of ["/outside", "/repo/bin", "/linked/evil", "/repo/tools", "/linked/tools"])
        for (const workspace of ["/repo", "/linked"])
          expect((await failureOf(findCodex(searchOn("linux", { PATH }, { workspace }), files))).kind).toBe(
            "codex_not_installed",
          );
    },
  );

  verifies(
    "locate.workspace",
    "a shim outside that leads to a program in the workspace is not run",
    async () => {
      const files = fakeDisk("win32", {
        "C:\\npm\\codex.cmd": text('@"%dp0%\\..\\repo\\node_modules\\@openai\\codex\\bin\\codex.js" %*'),
        "C:\\repo\\node_modules\\@openai\\codex\\bin\\codex.js": text("x"),
      });
      const request = searchOn("win32", { PATH: "C:\\npm" }, { workspace: "c:\\REPO" });
      expect((await failureOf(findCodex(request, files))).message).toContain("lies in the workspace");
    },
  );

  verifies(
    "locate.workspace",
    "on the real disk a planted node_modules/.bin/codex is not taken",
    async () => {
      if (process.platform === "win32") return;
      const workspace = makeFolder();
      const marker = join(workspace, "ran");
      writeProgram(join(workspace, "node_modules", ".bin", "codex"), `#!/bin/sh\ntouch '${marker}'\n`);
      const elsewhere = writeProgram(join(makeFolder(), "codex"), "#!/bin/sh\n");
      const PATH = `${join(workspace, "node_modules", ".bin")}:${dirname(elsewhere)}`;
      const found = await findCodex(searchHere({ PATH }, { workspace }));
      expect([found.path, existsSync(marker)]).toEqual([elsewhere, false]);
    },
  );

  verifies(
    "locate.workspace",
    "a workspace that holds the home folder is not treated as a foreign repository",
    async () => {
      const files = fakeDisk("linux", { "/home/ann/.local/bin/codex": elf });
      for (const workspace of ["/", "/home/ann"])
        expect((await findCodex(searchOn("linux", {}, { workspace }), files)).path).toBe(
          "/home/ann/.local/bin/codex",
        );
    },
  );
});

describe("the Codex of this checkout", () => {
  verifies(
    "locate.native",
    "its npm wrapper on PATH is resolved to the native program, and a link to it as well",
    async () => {
      if (process.platform === "win32") return;
      const PATH = makeFolder();
      symlinkSync(join(realPackage, "bin", "codex.js"), join(PATH, "codex"));
      const found = await findCodex(searchHere({ PATH }));
      expect(found).toMatchObject({
        native: true,
        argumentsPrefix: [],
        resolvedFrom: join(PATH, "codex"),
        origin: "PATH",
      });
      expect(found.path).toMatch(/vendor\/[^/]+\/bin\/codex$/);
      expect(realpathSync(found.path)).toBe(found.path);
      const linked = makeFolder();
      symlinkSync(found.path, join(linked, "codex"));
      expect((await findCodex(searchHere({ PATH: linked }))).path).toBe(found.path);
    },
  );
});
