// The bytes of real servers' handshakes, cut anywhere, damaged anywhere: the reader sees the same certificates, or fewer, and never falls over.
import { connect as connectTcp } from "node:net";
import { Duplex } from "node:stream";
import { connect } from "node:tls";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { createFrameCutter } from "../../src/handshake/frames.ts";
import { createRecordOpener } from "../../src/handshake/sealed-record.ts";
import { openFlightReader, type ServerFlight } from "../../src/handshake/server-flight.ts";
import { identityOf, openTlsServer, type TlsServerWish } from "../support/tls-server.ts";

interface Recording {
  readonly bytes: Buffer;
  readonly secret: Buffer;
  readonly suite: string;
}

/** Everything a server sent in a handshake with Node, and the secret that opens it. */
async function record(wish: TlsServerWish): Promise<Recording> {
  const server = await openTlsServer(wish);
  const socket = connectTcp(server.port, server.host);
  const parts: Buffer[] = [];
  const pipe = new Duplex({ read() {}, write: (bytes: Buffer, _, done) => void socket.write(bytes, done) });
  socket.on("data", (bytes: Buffer) => {
    parts.push(bytes);
    pipe.push(bytes);
  });
  const tls = connect({ socket: pipe, rejectUnauthorized: false, minVersion: "TLSv1.2" });
  let secret = Buffer.alloc(0);
  tls.on("keylog", (line: Buffer) => {
    const [label, , hex = ""] = line.toString("latin1").trim().split(" ");
    if (label === "SERVER_HANDSHAKE_TRAFFIC_SECRET") secret = Buffer.from(hex, "hex");
  });
  await new Promise((resolve) => tls.once("secureConnect", resolve));
  const suite = tls.getCipher().name;
  tls.destroy();
  socket.destroy();
  await server.close();
  return { bytes: Buffer.concat(parts), secret, suite };
}

const rsa = identityOf("rsa");
const chain = [rsa.chain[0] ?? Buffer.alloc(0), identityOf("ecdsa").chain[0] ?? Buffer.alloc(0)];
const identities = [{ key: rsa.key, chain }];
const expected = { isTls: true, wantsClientCertificate: true, alert: null };
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const told = ({ chain: seen, ...rest }: ServerFlight) => ({ ...rest, chain: seen?.map(hex) ?? null });

const wishes = {
  "TLS 1.2": { versions: ["TLSv1.2", "TLSv1.2"] },
  "TLS 1.3, AES-128": { context: { ciphers: "TLS_AES_128_GCM_SHA256" } },
  "TLS 1.3, AES-256": { context: { ciphers: "TLS_AES_256_GCM_SHA384" } },
  "TLS 1.3, ChaCha20": { context: { ciphers: "TLS_CHACHA20_POLY1305_SHA256" } },
  "TLS 1.3, asked again for another curve": { context: { ecdhCurve: "P-521" } },
} as const satisfies Record<string, TlsServerWish>;

describe.each(Object.entries(wishes))("%s", (name, wish) => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await record({ ...wish, identities, clientCertificate: "asked for" });
  });

  /** Fed in pieces; the secret comes before the piece `secretAt`. */
  const read = (bytes: Buffer, cuts: readonly number[], secretAt: number): ServerFlight => {
    const reader = openFlightReader();
    const places = [0, ...cuts.map((cut) => cut % bytes.length).toSorted((a, b) => a - b), bytes.length];
    for (const [at, place] of places.slice(1).entries()) {
      if (at === secretAt) reader.useSecret(recording.secret, recording.suite);
      reader.take(bytes.subarray(places[at], place));
    }
    reader.useSecret(recording.secret, recording.suite);
    return reader.seen();
  };

  test("the certificates are seen whatever the pieces, and whenever the secret comes", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 40 }), fc.nat(20), (cuts, secretAt) => {
        expect(told(read(recording.bytes, cuts, secretAt))).toEqual({ ...expected, chain: chain.map(hex) });
      }),
      { numRuns: 60 },
    );
    const everywhere = Array.from({ length: recording.bytes.length }, (_, at) => at);
    expect(told(read(recording.bytes, everywhere, 0))).toEqual({ ...expected, chain: chain.map(hex) });
  });

  test("bytes changed, cut out or put in are no reason to fall over", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.nat(30),
        fc.uint8Array({ maxLength: 30 }),
        fc.nat(20),
        (place, out, put, at) => {
          const from = place % recording.bytes.length;
          const bytes = Buffer.concat([
            recording.bytes.subarray(0, from),
            put,
            recording.bytes.subarray(from + out),
          ]);
          const { chain: seen } = read(bytes, [place], at);
          expect(seen === null || Array.isArray(seen)).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("a server that asks again says so in the known words", () => {
    const retry = Buffer.from("cf21ad74e59a6111be1d8c021e65b891", "hex");
    expect(recording.bytes.includes(retry)).toBe(name.includes("asked again"));
  });
});

test("another secret opens nothing", async () => {
  const { bytes, secret, suite } = await record({ ...wishes["TLS 1.3, AES-256"], identities });
  const reader = openFlightReader();
  reader.take(bytes);
  reader.useSecret(Buffer.alloc(secret.length, 1), suite);
  expect(reader.seen()).toEqual({ ...expected, wantsClientCertificate: false, chain: null });
});

test("a suite that is not known opens nothing", () => {
  expect(createRecordOpener(Buffer.alloc(32), "TLS_AES_128_CCM_SHA256")).toBe(null);
});

test("frames come whole, whatever the pieces", () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
  fc.assert(
    fc.property(frames, fc.array(fc.nat(), { maxLength: 20 }), (bodies, cuts) => {
      const whole = bodies.map((body) =>
        Buffer.concat([Buffer.from([body.length >> 8, body.length & 255]), body]),
      );
      const bytes = Buffer.concat(whole);
      const places = [
        0,
        ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b),
        bytes.length,
      ];
      const cut = createFrameCutter(2, (head) => head.readUInt16BE(0));
      const found = places.slice(1).flatMap((place, at) => cut(bytes.subarray(places[at], place)));
      expect(found.map(hex)).toEqual(whole.map(hex));
    }),
  );
});
