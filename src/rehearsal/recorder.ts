import type { ModelRequest } from "./model-request.ts";

/** A request with the end of its connection. */
export interface RecordedRequest extends ModelRequest {
  /** Resolves when the answer is complete or either side has closed the connection. */
  readonly closed: Promise<void>;
}

interface Waiter {
  readonly fits: (request: RecordedRequest) => boolean;
  readonly resolve: (request: RecordedRequest) => void;
  readonly reject: (error: Error) => void;
}

export interface Recorder {
  readonly requests: readonly RecordedRequest[];
  record(request: RecordedRequest): void;
  waitForRequest(which: number | ((request: RecordedRequest) => boolean)): Promise<RecordedRequest>;
  /** Rejects who still waits. */
  close(): void;
}

/** Keeps the requests of one endpoint and wakes those who wait for one. */
export function createRecorder(): Recorder {
  const requests: RecordedRequest[] = [];
  const waiters = new Set<Waiter>();
  let isClosed = false;
  const closedError = (): Error => new Error("The scripted model was closed before the request came.");
  return {
    requests,
    record: (request) => {
      requests.push(request);
      for (const waiter of waiters) {
        if (!waiter.fits(request)) continue;
        waiters.delete(waiter);
        waiter.resolve(request);
      }
    },
    waitForRequest: async (which) => {
      const fits = typeof which === "number" ? (request: ModelRequest) => request.index === which - 1 : which;
      const past = requests.find(fits);
      if (past !== undefined) return past;
      if (isClosed) throw closedError();
      return new Promise((resolve, reject) => {
        waiters.add({ fits, resolve, reject });
      });
    },
    close: () => {
      isClosed = true;
      for (const waiter of waiters) waiter.reject(closedError());
      waiters.clear();
    },
  };
}
