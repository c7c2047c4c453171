import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExitCode } from "../../../domain/exit-code.ts";
import type { CliWorld } from "../world.ts";
import { consultCommand } from "./consult.ts";
import { reviewCommand } from "./review.ts";

const runDefaults = { mcp: [], config: [], rehearse: true } as const;

/** `tandem demo`: a small repository with a real bug, reviewed and asked about in rehearsal. Leaves nothing behind. */
export async function demoCommand(world: CliWorld): Promise<ExitCode> {
  const { createDemoRepository } = await import("../../../rehearsal/demo-repository.ts");
  const folder = await mkdtemp(join(tmpdir(), "tandem-demo-"));
  const cwd = join(folder, "shop");
  try {
    await createDemoRepository(cwd);
    const demoWorld = { ...world, cwd };
    const say = (text: string) => world.stdout.write(`${text}\n`);
    say(
      "A small repository with an uncommitted change. The real Codex, its real sandbox, a scripted model.\n",
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
