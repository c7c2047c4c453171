import { describe, expect } from "vitest";
import { formatByteSize, parseByteSize } from "../../src/settings/byte-size.ts";
import { formatDuration, parseDuration } from "../../src/settings/duration.ts";
import { quote } from "../../src/settings/quote.ts";
import { suggest } from "../../src/settings/suggest.ts";
import { settingKeys, settingOf } from "../../src/settings/table.ts";
import * as fc from "../support/property.ts";
import { verifies } from "../support/requirements.ts";

describe("forms of values", () => {
  verifies(
    "settings.values",
    "durations are read in their documented units, a bare number as seconds",
    () => {
      const table: Record<string, number> = {
        "90": 90_000,
        "90s": 90_000,
        "15m": 900_000,
        "2h": 7_200_000,
        "500ms": 500,
        "1.5h": 5_400_000,
      };
      for (const [text, milliseconds] of Object.entries(table))
        expect(parseDuration(text)).toBe(milliseconds);
      expect(parseDuration(90)).toBe(90_000);
    },
  );

  verifies("settings.values", "what is not exactly a duration is refused", () => {
    for (const text of [
      "",
      "s",
      "-1",
      "+1",
      "1e3",
      "1 m",
      " 1m",
      "1m ",
      "15min",
      "1h30m",
      "NaN",
      "0x10",
      "1.",
      ".5s",
      "１m",
    ])
      expect(parseDuration(text), text).toBeUndefined();
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e21])
      expect(parseDuration(number), String(number)).toBeUndefined();
  });

  verifies("settings.values", "every duration that is written is read back as the same duration", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e12 }), (milliseconds) => {
        expect(parseDuration(formatDuration(milliseconds))).toBe(milliseconds);
      }),
    );
  });

  verifies("settings.values", "sizes are read with decimal multiples", () => {
    const table: Record<string, number> = {
      "200000": 200_000,
      "200k": 200_000,
      "200K": 200_000,
      "2M": 2_000_000,
      "1.5m": 1_500_000,
      "1G": 1_000_000_000,
    };
    for (const [text, bytes] of Object.entries(table)) expect(parseByteSize(text)).toBe(bytes);
    for (const text of ["", "k", "-1", "1kb", "1 k", "1.0001k", "1e3", "0.5"])
      expect(parseByteSize(text), text).toBeUndefined();
  });

  verifies("settings.values", "every size that is written is read back as the same size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
        expect(parseByteSize(formatByteSize(bytes))).toBe(bytes);
      }),
    );
  });

  verifies(
    "settings.values",
    "no value of any type makes a reading throw, and what is accepted is read back from its own form",
    () => {
      fc.assert(
        fc.property(
          fc.constantFrom(...settingKeys),
          fc.anything({ withDate: true, withBigInt: true }),
          (key, given) => {
            const { kind } = settingOf(key);
            const reading = kind.read(given, "linux");
            // What is concealed is shown in part only.
            if (reading.ok && kind.conceal === undefined && kind.format(reading.value) !== "")
              expect(kind.read(kind.format(reading.value), "linux")).toEqual(reading);
          },
        ),
        fc.cases(2000),
      );
    },
  );

  verifies("settings.values", "what a list with commas cannot hold comes back all the same", () => {
    const { kind } = settingOf("delegate_checks");
    const commands = ["npm test -- a,b", " padded ", "[ -f x ]", '["a"]', "plain"];
    for (const value of [commands, ...commands.map((one) => [one])]) {
      expect(kind.read(kind.format(value), "linux")).toEqual({ ok: true, value });
    }
    expect(kind.format(["a", "b c"])).toBe("a,b c");
    expect(kind.read("[ -f x ],b", "linux")).toEqual({ ok: true, value: ["[ -f x ]", "b"] });
  });

  verifies("settings.values", "a list is read from commas and from an array, without repetition", () => {
    const { kind } = settingOf("mcp_allow");
    expect(kind.read("a, b,,a", "linux")).toEqual({ ok: true, value: ["a", "b"] });
    expect(kind.read(["a", "b"], "linux")).toEqual({ ok: true, value: ["a", "b"] });
    expect(kind.read("a.b, a.b/c.d", "linux")).toEqual({ ok: true, value: ["a.b", "a.b/c.d"] });
    for (const given of [["a b"], [1], [["a"]], "a b", "*", { a: 1 }, 7, ["../x"], "a.", ".b", "a.*"])
      expect(kind.read(given, "linux").ok, JSON.stringify(given)).toBe(false);
  });

  verifies(
    "settings.values",
    "names that could be read as an option or a path are not model or profile names",
    () => {
      for (const given of ["-m", "--help", "", "a b", "a\nb", "x".repeat(200), "a\u202Eb"]) {
        expect(settingOf("model").kind.read(given, "linux").ok, given).toBe(false);
        expect(settingOf("profile").kind.read(given, "linux").ok, given).toBe(false);
      }
      for (const given of ["gpt-5.5", "openai/gpt-6:free", "o3"])
        expect(settingOf("model").kind.read(given, "linux").ok, given).toBe(true);
      expect(settingOf("profile").kind.read("../x", "linux").ok).toBe(false);
    },
  );

  verifies("settings.values", "a log file is an absolute path of the platform at hand", () => {
    const { kind } = settingOf("log_file");
    expect(kind.read("/var/log/t.log", "linux").ok).toBe(true);
    expect(kind.read("t.log", "linux").ok).toBe(false);
    expect(kind.read("C:\\t.log", "linux").ok).toBe(false);
    expect(kind.read("C:\\t.log", "win32").ok).toBe(true);
    expect(kind.read("\\t.log", "win32").ok).toBe(false);
    expect(kind.read("C:t.log", "win32").ok).toBe(false);
  });

  verifies("settings.values", "a switch takes its documented words and nothing inherited", () => {
    const { kind } = settingOf("allow_unsupported_codex");
    for (const given of [true, "true", "YES", "on", "1"])
      expect(kind.read(given, "linux")).toEqual({ ok: true, value: true });
    for (const given of [false, "false", "no", "Off", "0"])
      expect(kind.read(given, "linux")).toEqual({ ok: true, value: false });
    for (const given of ["", "2", "toString", "constructor", null, []])
      expect(kind.read(given, "linux").ok).toBe(false);
  });
});

describe("the table", () => {
  verifies("settings.table", "every default is accepted by its own entry", () => {
    for (const key of settingKeys) {
      const entry = settingOf(key);
      const text = entry.default === undefined ? "" : entry.kind.format(entry.default);
      if (entry.default === undefined) expect(entry.defaultText, key).toBeDefined();
      else if (text === "")
        expect(entry.kind.read(entry.default, "linux"), key).toEqual({ ok: true, value: [] });
      else expect(entry.kind.read(text, "linux"), key).toEqual({ ok: true, value: entry.default });
      expect(entry.about, key).toMatch(/\.$/);
    }
  });

  verifies(
    "settings.table",
    "every limit reads its own default and refuses one step outside its range",
    () => {
      expect(settingOf("stall").kind.read("99ms", "linux").ok).toBe(false);
      expect(settingOf("stall").kind.read("100ms", "linux").ok).toBe(true);
      expect(settingOf("timeout_review").kind.read("24h", "linux").ok).toBe(true);
      expect(settingOf("timeout_review").kind.read("25h", "linux").ok).toBe(false);
      expect(settingOf("input_byte_cap").kind.read("1000001", "linux").ok).toBe(false);
      expect(settingOf("retention_read_days").kind.read(0, "linux").ok).toBe(false);
    },
  );

  verifies(
    "settings.table",
    "only settings that can be compared may be narrowed by a project, with a least value for limits",
    () => {
      for (const key of settingKeys) {
        const { project, kind, projectMinimum } = settingOf(key);
        if (project === "never") continue;
        expect(kind.narrowing, key).toBeDefined();
        if (kind.narrowing?.as === "limit") expect(projectMinimum, key).toBeGreaterThan(0);
      }
    },
  );
});

describe("foreign text in messages", () => {
  verifies(
    "settings.values",
    "no control or direction-changing character of a value reaches a message, and its length is bounded",
    () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
          const shown = quote(text);
          expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u);
          expect(shown.length).toBeLessThan(600);
        }),
      );
      expect(quote("a\u202Eb\u009b")).toBe('"a\\u202eb\\u009b"');
    },
  );

  verifies("settings.values", "a near match is offered for a slip and not for another word", () => {
    expect(suggest("modle", settingKeys)).toBe("model");
    expect(suggest("timeout-review", settingKeys)).toBe("timeout_review");
    expect(suggest("colour", settingKeys)).toBeUndefined();
    expect(suggest("sta", settingKeys)).toBeUndefined();
    expect(suggest("x".repeat(100_000), settingKeys)).toBeUndefined();
  });
});
