// An RSA key larger than the platform takes, of four primes: two of that size would take seconds to find.
import { createPrivateKey, generatePrimeSync, type KeyObject } from "node:crypto";
import { der } from "../support/certificate-writer.ts";

const exponent = 65_537n;

/** 4160 bits, made anew at each call. */
export function makeLargeKey(): KeyObject {
  const [p, q, r, s] = [makePrime(), makePrime(), makePrime(), makePrime()];
  const order = (p - 1n) * (q - 1n) * (r - 1n) * (s - 1n);
  const secret = inverse(exponent, order);
  const others = [
    [r, secret % (r - 1n), inverse(p * q, r)],
    [s, secret % (s - 1n), inverse(p * q * r, s)],
  ];
  const numbers = [
    p * q * r * s,
    exponent,
    secret,
    p,
    q,
    secret % (p - 1n),
    secret % (q - 1n),
    inverse(q, p),
  ];
  const bytes = der(
    0x30,
    ...[1n, ...numbers].map(integer),
    der(0x30, ...others.map((parts) => der(0x30, ...parts.map(integer)))),
  );
  return createPrivateKey({ key: bytes, format: "der", type: "pkcs1" });
}

/** Its two highest bits are set, so that products have all their bits; usable with the exponent. */
function makePrime(): bigint {
  for (;;) {
    const prime = generatePrimeSync(1040, { bigint: true });
    if (prime >> 1038n === 3n && (prime - 1n) % exponent !== 0n) return prime;
  }
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [rest, next, factor, other] = [modulus, value % modulus, 0n, 1n];
  while (next > 0n) {
    const quotient = rest / next;
    [rest, next] = [next, rest - quotient * next];
    [factor, other] = [other, factor - quotient * other];
  }
  return factor < 0n ? factor + modulus : factor;
}

function integer(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return der(0x02, (bytes[0] ?? 0) >= 0x80 ? Buffer.from([0]) : Buffer.alloc(0), bytes);
}
