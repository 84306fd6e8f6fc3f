// Bytes that a shell prints in; the same bytes gathered and cut at random places out, as a network delivers them.

/** `push` gathers, `flush` sends at once what is gathered. */
export interface Chunker {
  push(bytes: Uint8Array): void;
  flush(): void;
}

/** `isCut` false sends every push whole; else what is pushed in one turn of the event loop is joined and cut anew. */
export function createChunker(options: {
  readonly random: () => number;
  readonly isCut: () => boolean;
  readonly send: (chunk: Buffer) => void;
}): Chunker {
  let gathered: Buffer[] = [];
  let timer: NodeJS.Immediate | null = null;
  const flush = () => {
    if (timer !== null) clearImmediate(timer);
    timer = null;
    let rest = Buffer.concat(gathered);
    gathered = [];
    while (rest.length > 0) {
      const length = chunkLength(options.random);
      options.send(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
  return {
    push(bytes) {
      if (bytes.length === 0) return;
      if (!options.isCut()) {
        flush();
        options.send(Buffer.from(bytes));
        return;
      }
      gathered.push(Buffer.from(bytes));
      timer ??= setImmediate(flush);
    },
    flush,
  };
}

function chunkLength(random: () => number): number {
  const most = random() < 0.2 ? 4 : random() < 0.5 ? 80 : 1400;
  return 1 + Math.floor(random() * most);
}
