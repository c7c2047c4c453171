import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { promptLimit } from "../../src/codex/app-server/turn-end.ts";
import { imageType } from "../../src/evidence/image-type.ts";
import { checkImage } from "../../src/tasks/checked-image.ts";
import { prepareConsult } from "../../src/tasks/consult.ts";
import { composePrompt, type InlinedFile, readContextFiles } from "../../src/tasks/consult-prompt.ts";
import { prepareTask } from "../../src/tasks/task-run.ts";
import { makeFolder } from "../jobs/support.ts";
import { onePixel } from "../support/images.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";
import { makeRequest } from "./support.ts";

const file = (path: string, text: string): InlinedFile => {
  return { path, bytes: Buffer.byteLength(text), text, marks: [] };
};

describe("a prompt with files", () => {
  verifies("tasks.prompt", "is the author's text alone when there are none, whatever the text is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(composePrompt(text, [])).toBe(text);
      }),
    );
  });

  verifies(
    "tasks.prompt",
    "has the text first and byte-exact, and every file whole inside its own fence",
    () => {
      const content = fc.oneof(
        fc.string({ unit: "binary" }),
        fc
          .array(fc.constantFrom("`", "```", "````\n", "\n", "\r\n", "~~~", "text", "\u2028", '"/b":\n```\n'))
          .map((it) => it.join("")),
      );
      const files = fc.array(fc.tuple(fc.string({ unit: "binary" }), content), {
        minLength: 1,
        maxLength: 4,
      });
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), files, (text, given) => {
          const prompt = composePrompt(
            text,
            given.map(([path, inside]) => file(path, inside)),
          );
          expect(prompt.startsWith(`${text}\n\nContext files. `)).toBe(true);
          expect(readBack(prompt.slice(text.length))).toEqual(
            given.map(([path, inside]) => [path, inside.endsWith("\n") ? inside : `${inside}\n`]),
          );
        }),
        fc.cases(500),
      );
    },
  );

  verifies("tasks.prompt", "takes a file of nothing but backticks, however many", () => {
    const many = "` ".repeat(300_000);
    expect(composePrompt("Q", [file("/w/a", many)])).toContain(`"/w/a":\n\`\`\`\n${many}\n\`\`\`\n`);
  });

  verifies("tasks.inputs", "may have as many characters as Codex takes, and not one more", () => {
    expect(composePrompt("x".repeat(promptLimit), [])).toHaveLength(promptLimit);
    expect(() => composePrompt("x".repeat(promptLimit + 1), [])).toThrow(
      expect.objectContaining({
        report: expect.objectContaining({
          kind: "input_too_large",
          details: { what: "The prompt", size: promptLimit + 1, limit: promptLimit, unit: "characters" },
        }),
      }),
    );
  });
});

/** Reads the files of a prompt as a careful reader would: a fence ends at the first line that is the same run of backticks. */
function readBack(prompt: string): readonly (readonly [path: string, content: string])[] {
  const found: [string, string][] = [];
  let rest = prompt.slice(prompt.indexOf("\n\n", 2) + 2);
  while (rest !== "") {
    const head = /^("(?:[^"\\\n]|\\[^\n])*"):\n(`{3,})\n/.exec(rest);
    if (head === null) throw new Error(`No file begins at ${JSON.stringify(rest.slice(0, 60))}`);
    const [start, path = "", fence = ""] = head;
    const body = rest.slice(start.length);
    const lines = body.split("\n");
    const end = lines.indexOf(fence);
    found.push([JSON.parse(path) as string, lines.slice(0, end).join("\n") + (end === 0 ? "" : "\n")]);
    rest = lines
      .slice(end + 1)
      .join("\n")
      .replace(/^\n/, "");
  }
  return found;
}

describe("context files", () => {
  const folder = () => {
    const path = makeFolder();
    const write = (name: string, content: string | Buffer) => {
      writeFileSync(join(path, name), content);
      return join(path, name);
    };
    return { path, write };
  };

  verifies("tasks.prompt", "are read byte for byte: marks, line ends, NUL and all", async () => {
    const { write } = folder();
    const text = "\ufeffa\r\nb\u0000c\u2028 ünï 💥\n\n";
    const [read] = await readContextFiles([write("a.txt", text)], 1_000);
    expect(read).toMatchObject({ text, bytes: Buffer.byteLength(text) });
  });

  verifies("tasks.inputs", "may have as many bytes as the cap, alone and together", async () => {
    const { write } = folder();
    const [half, whole, more] = [
      write("h", "x".repeat(50)),
      write("w", "ü".repeat(50)),
      write("m", "x".repeat(101)),
    ];
    expect(await readContextFiles([half, half], 100)).toHaveLength(2);
    expect(await readContextFiles([whole], 100)).toHaveLength(1);
    await expect(readContextFiles([more], 100)).rejects.toMatchObject({
      report: {
        kind: "input_too_large",
        details: { what: `The file ${more}`, size: 101, limit: 100, unit: "bytes" },
      },
    });
    await expect(readContextFiles([half, half, write("1", "x")], 100)).rejects.toMatchObject({
      report: { kind: "input_too_large", details: { what: "The text of the 3 files", size: 101 } },
    });
  });

  const unreadable: readonly (readonly [claim: string, cause: RegExp, make: (folder: string) => string])[] = [
    ["is not there", /ENOENT/, (path) => join(path, "none")],
    ["is a folder", /not a regular file/, (path) => path],
    ["is a link to nothing", /ENOENT/, link],
    ["is a named pipe that nobody writes", /not a regular file/, pipe],
    ["is a device", /not a regular file/, () => "/dev/zero"],
    ["is not UTF-8", /not UTF-8 text; attach images with --image/, (path) => latin1(path)],
  ];
  for (const [claim, cause, make] of unreadable) {
    verifies("tasks.inputs", `a file that ${claim} is input_unreadable, with its path`, async () => {
      const path = make(makeFolder());
      await expect(readContextFiles([path], 1_000)).rejects.toMatchObject({
        report: { kind: "input_unreadable", details: { path, cause: expect.stringMatching(cause) } },
      });
    });
  }
});

function link(folder: string): string {
  symlinkSync("nowhere", join(folder, "link"));
  return join(folder, "link");
}

function pipe(folder: string): string {
  execFileSync("mkfifo", [join(folder, "pipe")]);
  return join(folder, "pipe");
}

function latin1(folder: string): string {
  writeFileSync(join(folder, "latin1.txt"), Buffer.from("Gr\xfc\xdfe", "latin1"));
  return join(folder, "latin1.txt");
}

describe("the author's text", () => {
  verifies(
    "tasks.inputs",
    "may have as many bytes as the cap; one more is refused before any file is read",
    async () => {
      const files = ["/nowhere/at/all"];
      for (const [prepare, what] of [
        [prepareConsult, "The question"],
        [prepareTask, "The task"],
      ] as const) {
        const allowed = await prepare(makeRequest({ prompt: "ü".repeat(50), inputByteCap: 100 }));
        expect(allowed.prompt).toBe("ü".repeat(50));
        const over = makeRequest({ prompt: "x".repeat(101), inputByteCap: 100, files });
        await expect(prepare(over)).rejects.toMatchObject({
          report: { kind: "input_too_large", details: { what, size: 101, limit: 100 } },
        });
      }
    },
  );

  verifies("tasks.prompt", "reaches the prompt of a task and of a consultation unchanged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 2_000 }), async (prompt) => {
        expect((await prepareTask(makeRequest({ prompt }))).prompt).toBe(prompt);
        expect((await prepareConsult(makeRequest({ prompt }))).prompt).toBe(prompt);
      }),
    );
  });
});

describe("an image", () => {
  const images: readonly (readonly [type: string, bytes: Buffer])[] = [
    ...Object.entries(onePixel),
    ["gif", Buffer.from(onePixel.gif.toString("latin1").replace("89a", "87a"), "latin1")],
  ];
  for (const [type, bytes] of images) {
    verifies("tasks.inputs", `is known as ${type} by its first bytes, whatever its name`, async () => {
      const path = join(makeFolder(), "picture.txt");
      writeFileSync(path, bytes);
      expect(imageType(bytes)).toBe(type);
      expect(await checkImage(path)).toEqual({ path, bytes: bytes.length });
    });

    verifies("tasks.inputs", `is no ${type} when its end is missing`, async () => {
      const path = join(makeFolder(), `picture.${type}`);
      writeFileSync(path, bytes.subarray(0, -8));
      await expect(checkImage(path)).rejects.toMatchObject({
        report: { kind: "input_unreadable", details: { path, cause: expect.stringContaining("cut off") } },
      });
    });
  }

  const others: readonly (readonly [claim: string, bytes: Buffer])[] = [
    ["nothing", Buffer.alloc(0)],
    ["a text", Buffer.from("not an image at all")],
    ["half a signature", Buffer.from("\x89PNG", "latin1")],
    ["an SVG", Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>")],
    ["a sound in the same container as WebP", Buffer.from("RIFF\x24\0\0\0WAVEfmt ", "latin1")],
    ["the mark of WebP in another container", Buffer.from("xxxx\x24\0\0\0WEBPVP8 ", "latin1")],
    ["zeros", Buffer.alloc(64)],
  ];
  for (const [claim, bytes] of others) {
    verifies("tasks.inputs", `is not ${claim}`, async () => {
      const path = join(makeFolder(), "picture.png");
      writeFileSync(path, bytes);
      await expect(checkImage(path)).rejects.toMatchObject({
        report: { kind: "input_unreadable", details: { path, cause: expect.stringContaining("not a PNG") } },
      });
    });
  }

  verifies("tasks.inputs", "is no folder, no pipe and not missing", async () => {
    const folder = makeFolder();
    mkdirSync(join(folder, "a.png"));
    for (const path of [join(folder, "a.png"), join(folder, "b.png"), pipe(folder)]) {
      await expect(checkImage(path)).rejects.toMatchObject({
        report: { kind: "input_unreadable", details: { path } },
      });
    }
  });
});
