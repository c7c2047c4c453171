import { expect } from "vitest";
import { listChanges } from "../../src/workspace/changes.ts";
import { namesChange, requirePaths } from "../../src/workspace/missing-paths.ts";
import { resolveTarget } from "../../src/workspace/target.ts";
import { verifies } from "../support/requirements.ts";
import { Fixture } from "./support.ts";

verifies(
  "workspace.target.paths",
  "a misspelt path is refused, one of a deleted or renamed file or folder is not",
  async () => {
    const fixture = Fixture.withCommit({
      "kept.txt": "a\n",
      "gone/x.txt": "b\n",
      "old.txt": "c\n".repeat(20),
    });
    fixture.git("rm", "-q", "gone/x.txt");
    fixture.git("mv", "old.txt", "new.txt");
    const repository = await fixture.open();
    const resolved = await resolveTarget(repository, { scope: "working-tree", paths: [] }, fixture.root);
    const changes = await listChanges(repository, resolved);
    const require = (name: string) =>
      requirePaths(fixture.root, [name], (missing) => namesChange(missing, changes));
    for (const name of ["kept.txt", "gone", "gone/x.txt", "old.txt", "new.txt"]) {
      expect(() => require(name), name).not.toThrow();
    }
    for (const name of ["kept.tx", "gon", "gone/y.txt", "x.txt"]) {
      expect(() => require(name), name).toThrow(
        expect.objectContaining({ report: expect.objectContaining({ kind: "input_unreadable" }) }),
      );
    }
  },
);
