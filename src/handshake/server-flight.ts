// What a server sends in a TLS handshake, as bytes → its certificates as sent, whether it wants one, and its alert.
import { createFrameCutter } from "./frames.ts";
import { createRecordOpener, type RecordOpener } from "./sealed-record.ts";

/** What was seen so far; the chain is null until a Certificate message was there. */
export interface ServerFlight {
  /** Null: not a byte yet. False: what came first cannot be TLS. */
  readonly isTls: boolean | null;
  readonly chain: readonly Buffer[] | null;
  readonly wantsClientCertificate: boolean;
  /** The number of the last alert that ends a connection. */
  readonly alert: number | null;
}

/**
 * Reads along beside the TLS library, which keeps back what it cannot link or parse.
 * In TLS 1.3 the certificates are sealed: `useSecret` takes the server's handshake secret, before or after their bytes.
 */
export interface FlightReader {
  take(bytes: Buffer): void;
  useSecret(secret: Buffer, suite: string): void;
  seen(): ServerFlight;
}

const changeCipherSpec = 20;
const alertRecord = 21;
const handshakeRecord = 22;
const applicationData = 23;
const certificateMessage = 11;
const certificateRequest = 13;

export function openFlightReader(): FlightReader {
  const seen: { -readonly [Key in keyof ServerFlight]: ServerFlight[Key] } = {
    ...{ isTls: null, chain: null, wantsClientCertificate: false, alert: null },
  };
  const cutRecords = createFrameCutter(5, (head) => head.readUInt16BE(3));
  const cutMessages = createFrameCutter(4, (head) => head.readUIntBE(1, 3));
  let isClear = true;
  let opener: RecordOpener | null = null;
  let sealed: Buffer[] = [];

  const takeContent = (type: number, content: Buffer, isSealed: boolean) => {
    if (type === alertRecord && content.length === 2) seen.alert = fatalAlert(content) ?? seen.alert;
    if (type !== handshakeRecord) return;
    for (const message of cutMessages(content)) {
      if (message[0] === certificateRequest) seen.wantsClientCertificate = true;
      if (message[0] === certificateMessage) seen.chain ??= readChain(message.subarray(4), isSealed);
    }
  };
  const open = (record: Buffer) => {
    const inner = opener?.(record) ?? null;
    if (inner !== null) takeContent(inner.type, inner.content, true);
    return inner !== null;
  };
  const takeRecord = (record: Buffer) => {
    const type = record[0];
    if (type === applicationData && seen.chain === null) {
      if (opener === null) sealed.push(record);
      else open(record);
    } else if (type === changeCipherSpec) isClear = false;
    else if (isClear && type !== undefined) takeContent(type, record.subarray(5), false);
  };
  return {
    take(bytes) {
      seen.isTls ??= bytes.length === 0 ? null : couldBeTls(bytes);
      if (seen.isTls === true) for (const record of cutRecords(bytes)) takeRecord(record);
    },
    useSecret(secret, suite) {
      opener ??= createRecordOpener(secret, suite);
      for (const record of sealed) if (!open(record)) break;
      sealed = [];
    },
    seen: () => seen,
  };
}

/** A record's type, then the major version of every TLS. */
function couldBeTls(bytes: Buffer): boolean {
  const [type = 0, major = 3] = bytes;
  return type >= changeCipherSpec && type <= applicationData && major === 3;
}

/** Level 1 is a warning; "close notify" is no refusal either. */
function fatalAlert(content: Buffer): number | null {
  const [level, code = 0] = content;
  return level === 1 || code === 0 ? null : code;
}

/** Null where the lengths do not add up; empty where the server has no certificate. */
function readChain(body: Buffer, isSealed: boolean): Buffer[] | null {
  const start = isSealed ? 1 + (body[0] ?? 0) : 0;
  if (body.length < start + 3) return null;
  const end = start + 3 + body.readUIntBE(start, 3);
  if (end !== body.length) return null;
  const chain: Buffer[] = [];
  for (let at = start + 3; at < end; ) {
    if (at + 3 > end) return null;
    const from = at + 3;
    at = from + body.readUIntBE(at, 3);
    if (at > end) return null;
    chain.push(Buffer.from(body.subarray(from, at)));
    if (!isSealed) continue;
    if (at + 2 > end) return null;
    at += 2 + body.readUInt16BE(at);
  }
  return chain;
}
