// What every transport must be: one suite, run on the in-memory one and on the real one.
import { describe, expect, test } from "vitest";
import type { Transport } from "../../src/session/transport.ts";

/** A fresh open transport, and the node's side of it. */
export interface TransportUnderTest {
  readonly transport: Transport;
  print(bytes: string): void;
  /** Everything the node got, once `text` is in it. */
  gets(text: string): Promise<string>;
  hangUp(): void;
}

/** Collects until `text` has come. */
function collect(transport: Transport) {
  const chunks: Buffer[] = [];
  let check = () => {};
  transport.onData((chunk) => {
    chunks.push(chunk);
    check();
  });
  const text = () => Buffer.concat(chunks).toString("utf8");
  const until = (wanted: string) =>
    new Promise<string>((resolve) => {
      check = () => {
        if (text().includes(wanted)) resolve(text());
      };
      check();
    });
  return { text, until };
}

export function transportContract(name: string, open: () => Promise<TransportUnderTest>): void {
  describe(`${name}, as a transport`, () => {
    test("brings every byte in order, also those printed before anybody listens", async () => {
      const { transport, print } = await open();
      print("grün");
      await new Promise((resolve) => setImmediate(resolve));
      const heard = collect(transport);
      print(" und\r\n");
      print("admin:");
      expect(await heard.until("admin:")).toBe("grün und\r\nadmin:");
      transport.close();
    });

    test("carries what is written, control keys too", async () => {
      const { transport, gets } = await open();
      collect(transport);
      transport.write("show itl");
      transport.write("\r\x03");
      expect(await gets("\x03")).toBe("show itl\r\x03");
      transport.close();
    });

    test("ends once, with a reason, after the last byte, when the node hangs up", async () => {
      const { transport, print, hangUp } = await open();
      const heard = collect(transport);
      print("last words");
      hangUp();
      const { reason } = await transport.closed;
      expect(reason).toMatch(/\w/);
      expect(heard.text()).toBe("last words");
    });

    test("ends when it is closed, as often as it is closed", async () => {
      const { transport } = await open();
      collect(transport);
      transport.close();
      transport.close();
      expect(await transport.closed).toEqual({ reason: "closed by itlctl" });
      expect(() => transport.close()).not.toThrow();
    });

    test("refuses to write once it is closed", async () => {
      const { transport } = await open();
      transport.close();
      await transport.closed;
      expect(() => transport.write("x")).toThrow(expect.objectContaining({ code: "session-lost" }));
    });

    test("brings nothing after its end", async () => {
      const { transport, print } = await open();
      const heard = collect(transport);
      transport.close();
      await transport.closed;
      print("too late");
      for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      expect(heard.text()).toBe("");
    });
  });
}
