/** Why a transport ended. */
export interface TransportEnd {
  readonly reason: string;
  /** The last lines of the process's stderr, where there is one. */
  readonly stderrTail?: string;
  /** Where the server is when it is no process of ours: it may live on, and its turns with it. */
  readonly endpoint?: string;
}

export interface TransportHandlers {
  readonly onMessage: (message: unknown) => void;
  /** Bytes that are no message: a line that is not JSON, an over-long line, a line of stderr. */
  readonly onStray: (source: "stdout" | "stderr" | "oversize", text: string) => void;
  /** Called exactly once. */
  readonly onEnd: (end: TransportEnd) => void;
}

/** Carries whole JSON messages to and from an app-server. Framing and process are the transport's business alone. */
export interface Transport {
  /** To be called once, before `send`. */
  start(handlers: TransportHandlers): void;
  /** Resolves when the message is handed over; rejects when the transport has ended. */
  send(message: object): Promise<void>;
  /** Ends it and resolves when nothing of it is left. May be called more than once. */
  close(): Promise<void>;
}
