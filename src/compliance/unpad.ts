// A block as RSA leaves it → what PKCS#1 v1.5 wrapped in it.

/** `00 02`, eight or more bytes that are not zero, `00`, content. Null for any other block; every byte is looked at, whatever the first ones are. */
export function unpadPkcs1(block: Uint8Array): Buffer | null {
  let odd = (block[0] ?? 1) | ((block[1] ?? 0) ^ 2);
  let isFound = 0;
  let end = 0;
  for (let at = 2; at < block.length; at += 1) {
    const isZero = (((block[at] ?? 0) - 1) >>> 31) & 1;
    end += at * (isZero & ~isFound);
    isFound |= isZero;
  }
  odd |= isFound ^ 1;
  return odd === 0 && end >= 10 ? Buffer.from(block.subarray(end + 1)) : null;
}
