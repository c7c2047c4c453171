import { describe, expect } from "vitest";
import { verifies } from "../support/requirements.ts";
import { makeWorld, reportOf } from "./support.ts";

describe("order of places", () => {
  verifies("settings.order", "each place wins over all later ones and is named as the origin", async () => {
    const world = makeWorld();
    world.writeProjectFile(`timeout_review = "14m"`);
    expect(await one(world.load())).toEqual([14 * 60_000, `${world.project}/.tandem/config.toml`]);
    world.writeUserFile(`timeout_review = "20m"`);
    expect(await one(world.load())).toEqual([20 * 60_000, world.userFile]);
    const environment = { TANDEM_TIMEOUT_REVIEW: "12m" };
    expect(await one(world.load({ environment }))).toEqual([12 * 60_000, "TANDEM_TIMEOUT_REVIEW"]);
    const flags = { timeout_review: "11m" };
    expect(await one(world.load({ environment, flags }))).toEqual([11 * 60_000, "flag"]);
  });

  verifies(
    "settings.order",
    "without any place every setting has its default and there is no warning",
    async () => {
      const { values, origins, warnings } = await makeWorld().load();
      expect(warnings).toEqual([]);
      expect(new Set(Object.values(origins))).toEqual(new Set(["default"]));
      expect(values).toMatchObject({
        model: undefined,
        isolation: "inherit",
        timeout_consult: 900_000,
        timeout_review: 1_800_000,
        stall: 600_000,
        git_timeout: 60_000,
        input_byte_cap: 200_000,
        mcp_allow: [],
        allow_full_access: false,
        allow_unsupported_codex: false,
        retention_unread_days: 180,
        log_level: "off",
      });
    },
  );

  verifies("settings.order", "an empty variable and an undefined flag count as not set", async () => {
    const { origins } = await makeWorld().load({
      environment: { TANDEM_MODEL: "" },
      flags: { model: undefined },
    });
    expect(origins.model).toBe("default");
  });

  verifies(
    "settings.order",
    "TANDEM_LOG sets the log level and the derived variable wins over it",
    async () => {
      const world = makeWorld();
      const short = await world.load({ environment: { TANDEM_LOG: "debug" } });
      expect([short.values.log_level, short.origins.log_level]).toEqual(["debug", "TANDEM_LOG"]);
      const both = await world.load({ environment: { TANDEM_LOG: "debug", TANDEM_LOG_LEVEL: "error" } });
      expect([both.values.log_level, both.origins.log_level]).toEqual(["error", "TANDEM_LOG_LEVEL"]);
    },
  );
});

describe("mistakes of the user", () => {
  verifies(
    "settings.strict",
    "a bad flag, variable or value in the user file is a usage error that names place and form",
    async () => {
      const world = makeWorld();
      const flag = await reportOf(async () => world.load({ flags: { stall: "soon" } }));
      expect(flag).toMatchObject({
        kind: "usage",
        message: expect.stringContaining('--stall: "soon" is not a duration'),
      });
      expect(flag.repair.say).toContain("15m");
      const variable = await reportOf(async () => world.load({ environment: { TANDEM_ISOLATION: "full" } }));
      expect(variable.message).toBe(
        'TANDEM_ISOLATION: "full" is not one of inherit, ignore-config, ignore-rules.',
      );
      world.writeUserFile("retention_read_days = 0");
      const file = await reportOf(async () => world.load());
      expect(file.message).toContain("retention_read_days in");
      expect(file.message).toContain("1 to 3650");
    },
  );

  verifies(
    "settings.strict",
    "an unknown key of the user file is a usage error with the near match",
    async () => {
      const world = makeWorld();
      world.writeUserFile(`modle = "gpt-5.5"`);
      const report = await reportOf(async () => world.load());
      expect(report.message).toContain('unknown setting "modle"; did you mean model?');
      world.writeUserFile(`[__proto__]\nmodel = "x"`);
      expect((await reportOf(async () => world.load())).message).toContain("__proto__");
    },
  );

  verifies(
    "settings.strict",
    "a malformed user file and a missing one that TANDEM_CONFIG names are usage errors",
    async () => {
      const world = makeWorld();
      world.writeUserFile("model = ");
      expect((await reportOf(async () => world.load())).message).toContain("is not valid TOML");
      const named = { TANDEM_CONFIG: `${world.home}/none.toml` };
      expect((await reportOf(async () => world.load({ environment: named }))).message).toContain(
        "does not exist",
      );
      const relative = { TANDEM_CONFIG: "config.toml" };
      expect((await reportOf(async () => world.load({ environment: relative }))).message).toContain(
        "absolute",
      );
    },
  );

  verifies(
    "settings.lenient",
    "each mistake is one warning and the next place's value is taken",
    async () => {
      const world = makeWorld();
      world.writeUserFile(`stall = "5m"\nmodle = "x"\neffort = 3`);
      const { values, warnings } = await world.load({
        mode: "lenient",
        environment: { TANDEM_STALL: "soon" },
        flags: { timeout_review: "never" },
      });
      expect(values).toMatchObject({ stall: 300_000, timeout_review: 1_800_000, effort: undefined });
      expect(warnings).toHaveLength(4);
      for (const warning of warnings) expect(warning).toContain("It is ignored.");
    },
  );

  verifies(
    "settings.lenient",
    "an unreadable user file is one warning and the defaults are taken",
    async () => {
      const world = makeWorld();
      world.writeUserFile("= broken");
      const { values, warnings } = await world.load({ mode: "lenient" });
      expect(values.stall).toBe(600_000);
      expect(warnings).toEqual([expect.stringContaining("is not valid TOML")]);
    },
  );

  verifies(
    "settings.strict",
    "a setting without a flag cannot be set for one run by any caller",
    async () => {
      const report = await reportOf(async () => makeWorld().load({ flags: { allow_full_access: true } }));
      expect(report).toMatchObject({
        kind: "usage",
        message: "allow_full_access cannot be set for one run.",
      });
    },
  );

  verifies(
    "settings.strict",
    "a mistyped TANDEM variable is pointed out and a foreign one is left alone",
    async () => {
      const environment = {
        TANDEM_MODLE: "x",
        TANDEM_BICYCLE_GEARS: "21",
        TANDEM_HOME: "/x",
        TANDEM_CODEX: "/y",
      };
      const { warnings } = await makeWorld().load({ environment });
      expect(warnings).toEqual([
        'The variable "TANDEM_MODLE" is not one of ours; did you mean TANDEM_MODEL?',
      ]);
    },
  );
});

async function one(loading: ReturnType<ReturnType<typeof makeWorld>["load"]>): Promise<[number, string]> {
  const { values, origins, warnings } = await loading;
  expect(warnings).toEqual([]);
  return [values.timeout_review, origins.timeout_review];
}
