// Plain questions, typed at: streams stand in for the terminal; and documents of every shape as lines.
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { openAsker } from "../../src/cli/ask.ts";
import { plainWords, renderPlainDocument } from "../../src/report/document-as-plain.ts";

function terminal() {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  const stderr = new PassThrough();
  const interrupts = new Set<() => void>();
  let shown = "";
  stderr.on("data", (chunk: Buffer) => (shown += chunk.toString()));
  const world = {
    ...{ argv: [], environment: {}, cwd: "/", stdin, stdout: new PassThrough(), stderr },
    ...{ clock: systemClock, remoteKeyPort: 22 },
    onInterrupt(listener: () => void) {
      interrupts.add(listener);
      return () => interrupts.delete(listener);
    },
  };
  const whenShown = async (text: string) => {
    while (!shown.includes(text)) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return { asker: openAsker(world, true, true), stdin, shown: () => shown, whenShown, interrupts };
}

const choices = [
  { value: "later", label: "Not yet" },
  { value: "yes", label: "Yes, it is done" },
] as const;

describe("a plain question", () => {
  test("lists its choices by number, and takes a number", async () => {
    const { asker, stdin, shown, whenShown } = terminal();
    const asked = asker.choose("Is it done?", choices);
    await whenShown("press Enter");
    expect(shown()).toBe(
      "question: Is it done?\n1: Not yet\n2: Yes, it is done\nType a number from 1 to 2, then press Enter.\n",
    );
    stdin.write("2\n");
    expect(await asked).toBe("yes");
  });

  test.each(["3", "0", "yes", "", "1.5", "-1"])(
    "says that %j is no answer, and goes on asking",
    async (typed) => {
      const { asker, stdin, whenShown } = terminal();
      const asked = asker.choose("Is it done?", choices);
      await whenShown("press Enter");
      stdin.write(`${typed}\n`);
      await whenShown(`"${typed}" is no answer`);
      stdin.write("1\n");
      expect(await asked).toBe("later");
    },
  );

  test("takes the cluster's name as a line", async () => {
    const { asker, stdin, whenShown } = terminal();
    const asked = asker.confirmName("east", "Type the cluster's name");
    await whenShown("press Enter");
    stdin.write("west\n");
    await expect(asked).rejects.toMatchObject({ code: "confirmation-mismatch" });
  });

  test("shows nothing of a password, and sends nothing that moves a cursor", async () => {
    const { asker, stdin, shown, whenShown } = terminal();
    const asked = asker.password("Password of east");
    await whenShown("press Enter");
    stdin.write("swordfish-7\r");
    expect((await asked).reveal()).toBe("swordfish-7");
    expect(shown()).toMatch(/^[\x20-\x7e\n]+$/);
    expect(shown()).not.toContain("fish");
  });

  test("is left by an interrupt, by the end of its input, and by Ctrl-C where nothing is shown", async () => {
    for (const leave of ["interrupt", "end"] as const) {
      const { asker, stdin, whenShown, interrupts } = terminal();
      const asked = asker.choose("Is it done?", choices);
      await whenShown("press Enter");
      if (leave === "end") stdin.end();
      else for (const listener of interrupts) listener();
      await expect(asked).rejects.toMatchObject({ code: "cancelled" });
      expect(interrupts.size).toBe(0);
    }
    const { asker, stdin, whenShown } = terminal();
    const asked = asker.password("Password");
    await whenShown("press Enter");
    stdin.write("\u0003");
    await expect(asked).rejects.toMatchObject({ code: "cancelled" });
  });
});

describe("a document as lines", () => {
  test("has facts first, then a block for each part with its place", () => {
    const document = {
      cluster: "east",
      nodes: [{ node: "pub", itl: { signerSerial: "61:40", served: null, signed: true }, ports: [] }],
      next: "a → b…",
      notes: ["one", "two"],
      nothing: null,
      entries: [[1]],
      names: { dns: ["a.example.com"] },
    };
    expect(renderPlainDocument(document)).toBe(
      [
        "cluster: east\nnext: a to b...\nnote: one\nnote: two\nentry: 1\nnames dns: a.example.com",
        "node 1 of 1\nnode: pub\nitl signer serial: 61:40\nitl served: not fetched\nitl signed: yes\nports: none",
      ].join("\n\n"),
    );
  });

  test("of any shape holds every word of it, on lines that no terminal obeys", () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null), fc.string()),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(word, tie("tree"), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(word, tree), word, (fields, secretPart) => {
        const text = renderPlainDocument({ ...fields, last: [{ deep: { word: secretPart } }] });
        expect(text).toContain(`deep word: ${secretPart}`);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]|\[object Object\]/);
      }),
    );
  });

  test("says signs in words", () => {
    expect(plainWords("“a” → ‘b’ ✔ c…\u001b[2J\n")).toBe("\"a\" to 'b' c...\\x1b[2J");
  });
});
