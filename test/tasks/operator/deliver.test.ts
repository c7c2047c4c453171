import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { DeclaredOutput, OperatorRequest } from "../../../src/domain/operator.ts";
import { digestOf } from "../../../src/evidence/digest.ts";
import type { CollectedOutput } from "../../../src/tasks/operator/collected-output.ts";
import { deliverOutputs } from "../../../src/tasks/operator/deliver.ts";
import { readPlaces } from "../../../src/tasks/operator/places.ts";
import { makeHome } from "../../support/homes.ts";
import { verifies } from "../../support/requirements.ts";
import { contractHead, operatorOf } from "./support.ts";

/** A folder with two declared outputs, the first of which is an image with its record. */
function start(files: Readonly<Record<string, string>> = {}) {
  const folder = realpathSync(makeHome("deliver"));
  mkdirSync(join(folder, "sub"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const declared: readonly DeclaredOutput[] = [
    { output: "image", from: "image", file: "a.png", destination: join(folder, "sub", "a.png") },
    { output: "text", from: "file", file: "b.txt", destination: join(folder, "b.txt") },
  ];
  const outputs: readonly CollectedOutput[] = declared.map((each, index) => {
    const content = Buffer.from(`new ${index}`);
    return { declared: each, label: each.output, content, digest: digestOf(content) };
  });
  const request: OperatorRequest = {
    ...operatorOf(`${contractHead}returns: {}\n`),
    outputs: declared,
    overwrite: Object.keys(files).length > 0,
  };
  const see = () =>
    Object.fromEntries(
      readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => !statSync(join(folder, name)).isDirectory())
        .toSorted()
        .map((name) => [name, readFileSync(join(folder, name), "utf8")]),
    );
  const deliver = async (before: Awaited<ReturnType<typeof readPlaces>>) =>
    deliverOutputs(outputs, { before, provenanceOf: () => "record" });
  return { folder, request, see, deliver };
}

const whole = { "b.txt": "new 1", "sub/a.png": "new 0", "sub/a.png.provenance.json": "record" };
const present = { "b.txt": "old", "sub/a.png": "old", "sub/a.png.provenance.json": "old" };

describe("delivery", () => {
  verifies("operator.delivery", "puts all outputs to empty places, and nothing else", async () => {
    const { request, see, deliver } = start();
    await deliver(await readPlaces(request));
    expect(see()).toEqual(whole);
  });

  verifies("operator.delivery", "replaces what was there, and keeps that it can be run", async () => {
    const { folder, request, see, deliver } = start(present);
    chmodSync(join(folder, "b.txt"), 0o750);
    await deliver(await readPlaces(request));
    expect(see()).toEqual(whole);
    expect(statSync(join(folder, "b.txt")).mode & 0o777).toBe(0o750);
  });

  const changes: readonly [string, Readonly<Record<string, string>>, (folder: string) => unknown][] = [
    ["something came to a place", {}, (folder) => writeFileSync(join(folder, "b.txt"), "theirs")],
    ["a file was changed", present, (folder) => writeFileSync(join(folder, "b.txt"), "theirs")],
    ["a file is gone", present, async (folder) => rm(join(folder, "b.txt"))],
    [
      "a record was changed",
      present,
      (folder) => writeFileSync(join(folder, "sub/a.png.provenance.json"), "x"),
    ],
    [
      "a file became a link",
      present,
      async (folder) => {
        await rename(join(folder, "b.txt"), join(folder, "c.txt"));
        symlinkSync(join(folder, "c.txt"), join(folder, "b.txt"));
      },
    ],
    [
      "a folder became a link",
      {},
      async (folder) => {
        await rename(join(folder, "sub"), join(folder, "other"));
        symlinkSync(join(folder, "other"), join(folder, "sub"));
      },
    ],
    ["a folder is gone", {}, async (folder) => rm(join(folder, "sub"), { recursive: true })],
  ];
  for (const [what, files, change] of changes) {
    verifies("operator.delivery", `changes nothing when ${what} meanwhile`, async () => {
      const { folder, request, see, deliver } = start(files);
      const before = await readPlaces(request);
      await change(folder);
      const seen = see();
      await expect(deliver(before)).rejects.toMatchObject({ report: { kind: "workspace_changed" } });
      expect(see()).toEqual(seen);
    });
  }

  for (const files of [{}, present]) {
    verifies(
      "operator.delivery",
      `takes back what it did when the rest cannot be put there, ${"b.txt" in files ? "over" : "beside"} others`,
      async () => {
        const { request, see, deliver } = start(files);
        const before = await readPlaces(request);
        const seen = see();
        // Somebody is in the way when the last file is placed, and was not when all were staged.
        let looks = 0;
        const late = new Map(before);
        late.get = (path) => {
          looks += path.endsWith("b.txt") ? 1 : 0;
          if (looks === 2) block(path);
          return before.get(path);
        };
        await expect(deliver(late)).rejects.toMatchObject({ report: { kind: "workspace_changed" } });
        const left = Object.entries(seen).filter(([name]) => name !== "b.txt");
        expect(see()).toEqual({ ...Object.fromEntries(left), "b.txt/in": "the way" });
      },
    );
  }

  verifies(
    "operator.delivery",
    "is refused before the run where a place was filled while it waited",
    async () => {
      const { folder, request } = start();
      writeFileSync(join(folder, "b.txt"), "theirs");
      await expect(readPlaces(request)).rejects.toMatchObject({ report: { kind: "workspace_changed" } });
    },
  );
});

function block(path: string): void {
  rmSync(path, { force: true, recursive: true });
  mkdirSync(path);
  writeFileSync(join(path, "in"), "the way");
}
