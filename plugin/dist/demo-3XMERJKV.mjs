import {
  reviewCommand
} from "./chunk-PLQFSWBO.mjs";
import {
  consultCommand
} from "./chunk-N7NL5FCH.mjs";
import "./chunk-2OTZMGZI.mjs";
import "./chunk-BPQJTWGG.mjs";
import "./chunk-57QW2UWD.mjs";
import "./chunk-MDMALCBG.mjs";
import "./chunk-EFXKVE2V.mjs";
import "./chunk-PMBPFWK3.mjs";
import "./chunk-GZK5FSE3.mjs";
import "./chunk-OMTX55A2.mjs";
import "./chunk-VSIW6IHQ.mjs";
import "./chunk-VFJKUZF5.mjs";
import "./chunk-YSIIG4JU.mjs";
import "./chunk-HGYVZI67.mjs";
import "./chunk-6DUTFFKH.mjs";
import "./chunk-M6RY2JR5.mjs";
import "./chunk-X7P3SKCA.mjs";
import "./chunk-VFFUZNCE.mjs";
import "./chunk-ZETVG5RM.mjs";
import {
  ExitCode
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/surfaces/cli/commands/demo.ts
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
var runDefaults = { mcp: [], config: [], rehearse: true };
async function demoCommand(world) {
  const { createDemoRepository } = await import("./demo-repository-2BJORMZG.mjs");
  const folder = await mkdtemp(join(tmpdir(), "tandem-demo-"));
  const cwd = join(folder, "shop");
  try {
    await createDemoRepository(cwd);
    const demoWorld = { ...world, cwd };
    const say = (text) => world.stdout.write(`${text}
`);
    say(
      "A small repository with an uncommitted change. The real Codex, its real sandbox, a scripted model.\n"
    );
    say("$ tandem review --rehearse\n");
    const reviewed = await reviewCommand("review", { ...runDefaults, scope: "auto", path: [] }, demoWorld);
    say('\n$ tandem consult --rehearse "What does this project do, and how is it tested?"\n');
    const question = "What does this project do, and how is it tested?";
    const consulted = await consultCommand(question, { ...runDefaults, file: [], image: [] }, demoWorld);
    say("\nThe same with your own login, in any git repository: codex login && tandem review");
    return reviewed === ExitCode.done ? consulted : reviewed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
export {
  demoCommand
};
