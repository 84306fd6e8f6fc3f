// Address, port and path → the file that phones fetch there over plain HTTP: one GET, with limits on size, headers and time.
import { type IncomingMessage, request } from "node:http";

/** `bytes` is the whole body of a 200 answer; a failure says why in words that need no address. */
export type Fetched =
  | {
      readonly kind: "fetched";
      readonly bytes: Buffer;
      /** The server's Last-Modified header as it came, or null. */
      readonly lastModified: string | null;
    }
  | { readonly kind: "failed"; readonly reason: string };

/** One GET of `path`, by default `/ITLFile.tlv`, at most 1 MiB in 10 s from start to end. */
export interface FetchRequest {
  readonly address: string;
  readonly port: number;
  readonly path?: string;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/** Never retries and follows no redirect. Expected trouble of network and server is a value, never a rejection. */
export function fetchServedFile(wanted: FetchRequest): Promise<Fetched> {
  const { maxBytes = 1_048_576, timeoutMs = 10_000, signal } = wanted;
  if (signal?.aborted) return Promise.resolve({ kind: "failed", reason: "cancelled" });
  return new Promise((resolve) => {
    const get = request({
      host: wanted.address,
      port: wanted.port,
      path: wanted.path ?? "/ITLFile.tlv",
      method: "GET",
      agent: false,
      maxHeaderSize: 16_384,
      headers: { Accept: "*/*", "User-Agent": "itlctl" },
    });
    const settle = (result: Fetched) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      get.destroy();
      resolve(result);
    };
    const fail = (reason: string) => settle({ kind: "failed", reason });
    const onAbort = () => fail("cancelled");
    const timer = setTimeout(() => fail(`no whole answer within ${timeoutMs / 1000} s`), timeoutMs);
    signal?.addEventListener("abort", onAbort, { once: true });
    get.on("error", (error) => fail(connectionProblem(error)));
    get.on("response", (answer) => readBody(answer, maxBytes, settle));
    get.end();
  });
}

function readBody(answer: IncomingMessage, maxBytes: number, settle: (result: Fetched) => void): void {
  const fail = (reason: string) => settle({ kind: "failed", reason });
  const refusal = refusedAnswer(answer, maxBytes);
  if (refusal !== null) return fail(refusal);
  const chunks: Buffer[] = [];
  let received = 0;
  answer.on("data", (chunk: Buffer) => {
    received += chunk.length;
    if (received > maxBytes) return fail(`more than ${maxBytes} bytes`);
    chunks.push(chunk);
  });
  answer.on("error", () => fail(`the connection broke after ${received} bytes`));
  answer.on("end", () => {
    const lastModified = answer.headers["last-modified"] ?? null;
    settle({ kind: "fetched", bytes: Buffer.concat(chunks), lastModified });
  });
}

function refusedAnswer(answer: IncomingMessage, maxBytes: number): string | null {
  const status = answer.statusCode ?? 0;
  if (status >= 300 && status < 400) return `answered HTTP ${status}, a redirect, which is not followed`;
  if (status !== 200) return `answered HTTP ${status}`;
  if ((answer.headers["content-encoding"] ?? "identity") !== "identity")
    return "answered in a compressed form";
  if (Number(answer.headers["content-length"] ?? 0) > maxBytes) return `more than ${maxBytes} bytes`;
  return null;
}

const connectionProblems: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ECONNRESET: "the connection broke",
  EPIPE: "the connection broke",
  EHOSTUNREACH: "no route to the host",
  ENETUNREACH: "no route to the network",
  ETIMEDOUT: "no answer to the connection",
  ENOTFOUND: "the name is not known",
  EAI_AGAIN: "the name could not be looked up",
  HPE_HEADER_OVERFLOW: "answered with too large a header",
};

function connectionProblem(error: Error): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  if (code.startsWith("HPE_") && connectionProblems[code] === undefined) return "did not answer in HTTP";
  return connectionProblems[code] ?? `the request failed (${code === "" ? error.name : code})`;
}
