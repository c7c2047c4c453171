import {
  checkImage,
  composePrompt,
  readContextFiles
} from "./chunk-T7LOQERT.mjs";
import {
  describeMarks
} from "./chunk-P6EIU7QD.mjs";
import {
  anchoredFinding,
  present
} from "./chunk-GNSLXHBD.mjs";
import "./chunk-5L2IJZTZ.mjs";
import {
  threadOptions
} from "./chunk-K7ZHAQ4L.mjs";
import "./chunk-KFVKFHRT.mjs";
import "./chunk-GTHHJJWD.mjs";
import "./chunk-2QL3U3VP.mjs";
import "./chunk-PTJ7TCZL.mjs";
import "./chunk-BOPXFQTJ.mjs";
import "./chunk-YSIIG4JU.mjs";
import {
  TandemError
} from "./chunk-VWEJZTN3.mjs";
import "./chunk-VD2U5BDO.mjs";
import "./chunk-S3F4CPQ5.mjs";

// src/tasks/consult.ts
async function prepareConsult(request) {
  const text = request.prompt ?? "";
  const size = Buffer.byteLength(text);
  if (size > request.inputByteCap) {
    throw new TandemError("input_too_large", {
      what: "The question",
      size,
      limit: request.inputByteCap,
      unit: "bytes"
    });
  }
  const files = await readContextFiles(request.files, request.inputByteCap);
  const images = await Promise.all(request.images.map(checkImage));
  return { prompt: composePrompt(text, files), files, images };
}
async function runConsult(request, prepared, context) {
  const session = await context.openThread(threadOptions(request, { untrusted: false }));
  const images = prepared.images.map(({ path }) => path);
  const input = { type: "prompt", text: prepared.prompt, images };
  if (request.wantsFindings === true) {
    const result = await consultWithFindings(request, session, input, context);
    return { ...result, warnings: fileWarnings(prepared) };
  }
  const outcome = await session.run(input, context.watchdog, context.signal);
  const { answer, error } = outcome;
  const text = answer === void 0 ? {} : error === void 0 ? { answer, raw: answer } : { raw: answer };
  return {
    session,
    turns: [outcome],
    warnings: fileWarnings(prepared),
    parts: { ...text, ...error === void 0 ? {} : { error } }
  };
}
function fileWarnings({ files }) {
  const withheld = files.filter(({ text }) => text === void 0).map(({ path }) => path);
  const replaced = describeMarks(files.flatMap(({ marks }) => marks));
  return [
    ...withheld.length === 0 ? [] : [`Not sent, since their names say that they hold secrets: ${withheld.join(", ")}.`],
    ...replaced === void 0 ? [] : [replaced]
  ];
}
async function consultWithFindings(request, session, input, context) {
  const [{ consultAnswerSchema }, { runStructuredTurn }] = await Promise.all([
    import("./answer-schemas-YSUK2L6Z.mjs"),
    import("./structured-turn-N3VZO3IQ.mjs")
  ]);
  const outcome = await runStructuredTurn(session, input, consultAnswerSchema, context);
  const { turns } = outcome;
  const raw = present("raw", outcome.raw);
  if (!outcome.ok) return { session, turns, warnings: [], parts: { ...raw, error: outcome.error } };
  const { answer, findings, questions } = outcome.answer;
  const reviewed = { root: request.cwd, diff: { files: [], totalBytes: 0 }, seen: /* @__PURE__ */ new Set() };
  return {
    session,
    turns,
    warnings: [],
    parts: {
      answer,
      findings: findings.map((finding) => anchoredFinding(finding, reviewed)),
      ...questions.length > 0 ? { questions } : {},
      ...raw
    }
  };
}
export {
  prepareConsult,
  runConsult
};
