import type {
  ClientRequest,
  CommandExecResponse,
  CommandExecTerminateResponse,
  CommandExecWriteResponse,
  ConfigReadResponse,
  FsGetMetadataResponse,
  GetAccountResponse,
  InitializeResponse,
  ModelListResponse,
  ReviewStartResponse,
  ThreadBackgroundTerminalsCleanResponse,
  ThreadListResponse,
  ThreadReadResponse,
  ThreadResumeResponse,
  ThreadSetNameResponse,
  ThreadSettingsUpdateResponse,
  ThreadStartResponse,
  ThreadUnsubscribeResponse,
  TurnInterruptResponse,
  TurnStartResponse,
  TurnSteerResponse,
} from "../protocol/generated.ts";

/** What each method that we call answers. The parameters come from Codex's own list of requests. */
interface Results {
  initialize: InitializeResponse;
  "thread/start": ThreadStartResponse;
  "thread/resume": ThreadResumeResponse;
  "thread/read": ThreadReadResponse;
  "thread/list": ThreadListResponse;
  "thread/name/set": ThreadSetNameResponse;
  "thread/settings/update": ThreadSettingsUpdateResponse;
  "thread/unsubscribe": ThreadUnsubscribeResponse;
  "thread/backgroundTerminals/clean": ThreadBackgroundTerminalsCleanResponse;
  "turn/start": TurnStartResponse;
  "turn/steer": TurnSteerResponse;
  "turn/interrupt": TurnInterruptResponse;
  "review/start": ReviewStartResponse;
  "model/list": ModelListResponse;
  "account/read": GetAccountResponse;
  "config/read": ConfigReadResponse;
  "fs/getMetadata": FsGetMetadataResponse;
  "command/exec": CommandExecResponse;
  "command/exec/terminate": CommandExecTerminateResponse;
  "command/exec/write": CommandExecWriteResponse;
}

export type Method = keyof Results & ClientRequest["method"];
export type MethodParameters<Name extends Method> = Extract<ClientRequest, { method: Name }>["params"];
export type MethodResult<Name extends Method> = Results[Name];
