import { pathsOf } from "../settings/paths.ts";
import type { FileView } from "./file-view.ts";
import { findNativeProgram, packageOfScript, type Target } from "./npm-package.ts";

/** How Codex is started: `path` with `argumentsPrefix` before its own arguments, never through a shell. */
export interface CodexProgram {
  readonly path: string;
  readonly argumentsPrefix: readonly string[];
  /** True when `path` is Codex itself; false for a wrapper, whose own file says nothing of the Codex behind it. */
  readonly native: boolean;
}

/** Where the file of a shim is not enough to find the package, relative to the folder of the shim. */
const packagesBesideShim: readonly (readonly string[])[] = [
  // npm on Windows
  ["node_modules", "@openai", "codex"],
  // bun
  ["..", "install", "global", "node_modules", "@openai", "codex"],
  // volta, on Unix and on Windows
  ["..", "tools", "image", "packages", "@openai", "codex", "lib", "node_modules", "@openai", "codex"],
  ["..", "tools", "image", "packages", "@openai", "codex", "node_modules", "@openai", "codex"],
];

/** The path of the script in a shim that npm or pnpm wrote: `"%dp0%\…"`, `"%~dp0\…"`, `"$basedir/…"`. */
const shimTarget = /"(?:%~?dp0%?|\$basedir)[\\/]+([^"\r\n]*?codex\.js)"/i;

/**
 * Follows links and package-manager shims from a file named codex to the native program. The npm wrapper costs 70 to
 * 100 ms a start and leaves the native process behind when it is killed (Codex 0.169 on Node 20), so it is only used where
 * no native program can be found. Undefined when the file cannot be started without a shell.
 */
export async function resolveProgram(
  found: string,
  target: Target & { readonly nodePath: string },
  files: FileView,
): Promise<CodexProgram | undefined> {
  const real = await files.realPath(found);
  if (real === undefined) return undefined;
  const paths = pathsOf(target.platform);
  if (/\.[cm]?js$/i.test(real)) return resolveScript(real, target, files);
  const start = await files.readStart(real, 16_384);
  if (isNative(start)) {
    const isCodexItself = paths.basename(real).toLowerCase().startsWith("codex");
    if (isCodexItself && !(await isBunLauncher(found, target, files)))
      return { path: real, argumentsPrefix: [], native: true };
    // A dispatcher (volta, mise, bun) chooses by the name that it is started under, so the link itself is started.
    return (await resolveBeside(found, target, files)) ?? { path: found, argumentsPrefix: [], native: false };
  }
  const behind =
    (await resolveShimText(start.toString("utf8"), real, target, files)) ??
    (isWindowsShim(real) ? await resolveBeside(found, target, files) : undefined);
  if (behind !== undefined) return behind;
  const canBeStarted =
    !isWindowsShim(real) && (start.length === 0 || start.toString("latin1", 0, 2) === "#!");
  return canBeStarted ? { path: found, argumentsPrefix: [], native: false } : undefined;
}

async function resolveScript(
  script: string,
  target: Target & { readonly nodePath: string },
  files: FileView,
): Promise<CodexProgram> {
  const folder = await packageOfScript(script, target, files);
  const program = folder === undefined ? undefined : await findNativeProgram(folder, target, files);
  return program === undefined
    ? { path: target.nodePath, argumentsPrefix: [script], native: false }
    : { path: program, argumentsPrefix: [], native: true };
}

async function resolveShimText(
  text: string,
  shim: string,
  target: Target & { readonly nodePath: string },
  files: FileView,
): Promise<CodexProgram | undefined> {
  const paths = pathsOf(target.platform);
  const relative = shimTarget.exec(text)?.[1];
  if (relative === undefined) return undefined;
  const parts = relative.split(/[\\/]+/);
  const script = await files.realPath(paths.join(paths.dirname(shim), ...parts));
  return script === undefined ? undefined : resolveScript(script, target, files);
}

async function resolveBeside(
  shim: string,
  target: Target & { readonly nodePath: string },
  files: FileView,
): Promise<CodexProgram | undefined> {
  const paths = pathsOf(target.platform);
  for (const place of packagesBesideShim) {
    const script = await files.realPath(paths.join(paths.dirname(shim), ...place, "bin", "codex.js"));
    if (script !== undefined) return resolveScript(script, target, files);
  }
  return undefined;
}

/** On Windows bun puts its own launcher at `codex.exe` and what it leads to into `codex.bunx`. */
async function isBunLauncher(found: string, target: Target, files: FileView): Promise<boolean> {
  if (target.platform !== "win32") return false;
  return (await files.realPath(found.replace(/\.exe$/i, ".bunx"))) !== undefined;
}

function isWindowsShim(path: string): boolean {
  return /\.(?:cmd|bat|ps1)$/i.test(path);
}

/** First bytes of programs: ELF, Mach-O (thin in both byte orders, universal), Windows. */
const nativeMarks = ["7f454c46", "feedface", "feedfacf", "cefaedfe", "cffaedfe", "cafebabe", "4d5a"];

function isNative(start: Buffer): boolean {
  const head = start.toString("hex", 0, 4);
  return nativeMarks.some((mark) => head.startsWith(mark));
}
