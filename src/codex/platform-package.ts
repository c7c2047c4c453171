/** Where the native program lies in the npm packages of Codex for one kind of machine. */
export interface PlatformPackage {
  /** The npm package beside `@openai/codex` that holds it. */
  readonly name: string;
  /** Path of the program below the `vendor` folder, as parts. */
  readonly program: readonly string[];
}

const architectures: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

const systems: Readonly<Record<string, { name: string; suffix: string; program: string }>> = {
  linux: { name: "linux", suffix: "unknown-linux-musl", program: "codex" },
  android: { name: "linux", suffix: "unknown-linux-musl", program: "codex" },
  darwin: { name: "darwin", suffix: "apple-darwin", program: "codex" },
  win32: { name: "win32", suffix: "pc-windows-msvc", program: "codex.exe" },
};

/** The platform package for a machine, as `bin/codex.js` of Codex 0.169 chooses it; undefined when there is none. */
export function platformPackageOf(platform: string, architecture: string): PlatformPackage | undefined {
  const system = systems[platform];
  const machine = architectures[architecture];
  if (system === undefined || machine === undefined) return undefined;
  return {
    name: `codex-${system.name}-${architecture}`,
    program: [`${machine}-${system.suffix}`, "bin", system.program],
  };
}
