// Bytes in pieces of any size → whole frames: a head of fixed size that says how much follows it.

/** Takes the next piece and returns every frame that is now whole, head included; what is left waits for more. */
export type FrameCutter = (bytes: Buffer) => Buffer[];

/** `lengthOf` reads from a head how many bytes come after it. */
export function createFrameCutter(headSize: number, lengthOf: (head: Buffer) => number): FrameCutter {
  let parts: Buffer[] = [];
  let size = 0;
  let wanted = headSize;
  return (bytes) => {
    parts.push(bytes);
    size += bytes.length;
    // Joined only when something gets whole: a frame that comes byte by byte is not copied each time.
    if (size < wanted) return [];
    let rest = Buffer.concat(parts);
    const frames: Buffer[] = [];
    for (;;) {
      wanted = rest.length < headSize ? headSize : headSize + lengthOf(rest.subarray(0, headSize));
      if (rest.length < wanted) break;
      frames.push(rest.subarray(0, wanted));
      rest = rest.subarray(wanted);
    }
    parts = [rest];
    size = rest.length;
    return frames;
  };
}
