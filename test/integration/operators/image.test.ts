import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { message, toolCall } from "../../../src/rehearsal/replies.ts";
import { sequence } from "../../../src/rehearsal/script.ts";
import { plainPng } from "../../../src/rehearsal/scripted-images.ts";
import { startCliWorld } from "../../support/cli-world.ts";
import { verifies } from "../../support/requirements.ts";
import { madeBy, rowOf, saysOk } from "./support.ts";

const picture = plainPng(160, 90, [200, 30, 30]);
const draw = toolCall("imagegen", { prompt: "a red dot" }, "image_gen");
const codex = { isLoggedIn: true };

for (const engine of ["app-server", "exec"]) {
  describe(`the operator image, ${engine}`, () => {
    verifies("operator.image", "takes the image of its own thread and puts it to its place", async () => {
      const world = await startCliWorld(() => sequence(draw, message(saysOk)), {
        codex,
        images: () => picture,
      });
      const line = ["operator", "run", "image", "--json", "--engine", engine];
      const { exitCode, envelope } = await world.run([
        ...line,
        "--input=prompt=a red dot",
        "--input=output=dot.png",
        "--input=aspect=16:9",
      ]);
      console.log(
        JSON.stringify(envelope, undefined, 1),
        world.model.imageRequests,
        world.model.requests[0]?.tools,
      );
      expect(exitCode).toBe(0);
      expect(readFileSync(join(world.workspace, "dot.png")).equals(picture)).toBe(true);
      expect(readdirSync(world.workspace)).toEqual(["dot.png", "dot.png.provenance.json"]);
      expect(madeBy(envelope)).toMatchObject([{ mediaType: "image/png" }]);
      expect(rowOf(envelope.evidence, "tool image_gen")?.status).toBe("passed");
    });
  });
}
