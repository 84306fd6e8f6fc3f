// However the bytes are cut into chunks, a session understands the same.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret } from "../../src/base/secret.ts";
import { createChannel } from "../../src/session/channel.ts";
import { showItl } from "../../src/session/read-commands.ts";
import { resetItlRemotekey } from "../../src/session/write-commands.ts";
import { createScreen } from "../../src/session/screen.ts";
import { openMemorySession } from "./memory-session.ts";
import { loadDialogue } from "./recorded-dialogue.ts";

/** Cuts a buffer into pieces of the given sizes, round and round. */
function splitBy(sizes: readonly number[]) {
  let at = 0;
  return (bytes: Buffer): readonly Buffer[] => {
    const pieces: Buffer[] = [];
    for (let from = 0; from < bytes.length; ) {
      const size = sizes[at % sizes.length] ?? 1;
      at += 1;
      pieces.push(bytes.subarray(from, from + size));
      from += size;
    }
    return pieces;
  };
}

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });

/** What a terminal may be sent: words, umlauts, line ends, backspaces, escape sequences and pieces of them. */
const terminalText = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 8, unit: "binary" }),
      fc.constantFrom(
        "\r\n",
        "\r",
        "\n",
        "\b",
        "\b \b",
        "\t",
        "\x1b[K",
        "\x1b[1m",
        "\x1b[0m",
        "\x1b[2D",
        "\x1b[",
        "\x1b",
      ),
      fc.constantFrom("admin:", "grün ✓", "Password: ", "(y/n)?", "\x1b]0;title\x07", "\x1b(B"),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(""));

describe("any split of the bytes", () => {
  test("leaves the same screen", () => {
    fc.assert(
      fc.property(terminalText, sizes, (text, cuts) => {
        const bytes = Buffer.from(text, "utf8");
        const [whole, cut] = [createChannel(), createChannel()];
        whole.push(bytes);
        for (const piece of splitBy(cuts)(bytes)) cut.push(piece);
        expect(cut.wholeText()).toBe(whole.wholeText());
        expect(cut.recognise([], true)).toEqual(whole.recognise([], true));
      }),
    );
  });

  test("gives the same answer", async () => {
    const text = "\x1b[1mgrün\x1b[0m ✓\r\nabc\b\b\bxyz\r\n10%\r20%\x1b[K\r\nadm\r\n\r\n";
    await fc.assert(
      fc.asyncProperty(sizes, async (cuts) => {
        const pager = "\x1b[1mPress <enter> for 1 line, <space> for one page, or <q> to quit \x1b[0m";
        const { session } = await openMemorySession(
          {
            "show itl": async (terminal) => {
              terminal.print(text + pager);
              await terminal.readKey();
              terminal.print("\r\x1b[Klast\r\n\r");
            },
          },
          { split: splitBy(cuts) },
        );
        expect((await session.read(showItl())).text).toBe("grün ✓\nxyz\n20%\nadm\n\nlast");
      }),
      { numRuns: 60 },
    );
  });

  test("gives the same outcome of a recorded reset", async () => {
    const [sftpPassword, ccmPassword] = [new Secret("sftp-1"), new Secret("ccm-1")];
    const command = resetItlRemotekey({
      host: "joemar2-server.cisco.com",
      user: "joemar2",
      path: "/home/joemar2/ITLRecovery.p12",
      sftpPassword,
      ccmPassword,
      hostKey: null,
    });
    const play = async (split: (bytes: Buffer) => readonly Buffer[]) => {
      const dialogue = loadDialogue("tac-02-utils-itl-reset-remotekey.txt", [
        { text: "Enter Sftp password :", echo: "hidden", shown: "" },
        { text: "Enter CCM Administrator password :", echo: "hidden", shown: "" },
      ]);
      const { session } = await openMemorySession({ [dialogue.line]: dialogue.command }, { split });
      return session.write(command);
    };
    const whole = await play((bytes) => [bytes]);
    expect(whole.kind).toBe("answered");
    await fc.assert(
      fc.asyncProperty(sizes, async (cuts) => {
        expect(await play(splitBy(cuts))).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });
});

test("a screen never throws and keeps no more than it was given", () => {
  fc.assert(
    fc.property(terminalText, (text) => {
      const screen = createScreen();
      screen.write(text);
      expect(screen.size).toBeLessThanOrEqual(text.length);
    }),
  );
});
