import { mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { linkFolders } from "../../../src/workspace/worktree/link-folders.ts";
import { verifies } from "../../support/requirements.ts";
import { makeFolder } from "../support.ts";

describe("links into a delegated work tree", () => {
  verifies("delegate.links", "are made with the folders above them", () => {
    const [root, tree] = [makeFolder(), makeFolder()];
    mkdirSync(join(root, "app/one/node_modules"), { recursive: true });
    mkdirSync(join(tree, "app"));
    const links = ["app/one/node_modules", "missing"];
    expect(linkFolders(root, tree, links)).toEqual({ links: ["app/one/node_modules"], warnings: [] });
    expect(readlinkSync(join(tree, "app/one/node_modules"))).toBe(join(root, "app/one/node_modules"));
  });

  verifies("delegate.links", "are made nowhere else when a link is in place of a folder", () => {
    const [root, tree, outside] = [makeFolder(), makeFolder(), makeFolder()];
    for (const name of ["linked", "file"])
      mkdirSync(join(root, name, "deep/node_modules"), { recursive: true });
    symlinkSync(outside, join(tree, "linked"));
    writeFileSync(join(tree, "file"), "");
    const made = linkFolders(root, tree, ["linked/deep/node_modules", "file/deep/node_modules"]);
    expect(made.links).toEqual([]);
    expect(made.warnings.join("\n")).toMatch(/linked\/deep[^]*file\/deep/);
    expect(readdirSync(outside)).toEqual([]);
  });
});
