// One login per node for a whole run.
import { describe, expect, test } from "vitest";
import { memoryPlatform, openMemoryTransport } from "../../mocks/memory-transport.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { Secret, createMasker } from "../../src/base/secret.ts";
import type { OpenTransport } from "../../src/session/connect.ts";
import { showItl } from "../../src/session/read-commands.ts";
import { openSessionPool } from "../../src/session/session-pool.ts";
import { createIdleClock } from "./idle-clock.ts";
import { errorOf, nodeNamed } from "./memory-session.ts";

const [pub, sub, third] = [nodeNamed("pub"), nodeNamed("sub"), nodeNamed("third")];

function openPool(
  options: {
    readonly parallel?: number;
    readonly openTransport?: OpenTransport;
    readonly output?: string;
  } = {},
) {
  const opened: string[] = [];
  const transcripts: string[] = [];
  const masker = createMasker();
  const openTransport: OpenTransport = async ({ node }) => {
    opened.push(node.name);
    return openMemoryTransport(memoryPlatform({ "show itl": options.output ?? `list of ${node.name}\n` }))
      .transport;
  };
  const pool = openSessionPool({
    loginOf: async (node) => ({ username: "administrator", password: new Secret(`${node.name}-pw`) }),
    transcriptOf: (node) => {
      transcripts.push(`open ${node.name}`);
      return { sent() {}, received() {}, note() {}, close: () => transcripts.push(`close ${node.name}`) };
    },
    masker,
    clock: createIdleClock(),
    parallel: options.parallel ?? 64,
    openTransport: options.openTransport ?? openTransport,
    retryDelayMs: 0,
  });
  return { pool, opened, transcripts, masker };
}

describe("a pool", () => {
  test("logs in once per node, also when asked at the same time", async () => {
    const { pool, opened } = openPool();
    const [first, second] = await Promise.all([pool.session(pub), pool.session(pub)]);
    expect(first).toBe(second);
    expect(await pool.session(pub)).toBe(first);
    await pool.session(sub);
    expect(opened).toEqual(["pub", "sub"]);
    expect([pool.loginsMade(pub), pool.loginsMade(sub), pool.loginsMade(third)]).toEqual([1, 1, 0]);
  });

  test("keeps nodes of two clusters apart that have one name", async () => {
    const { pool } = openPool();
    const west = { ...pub, cluster: "west" };
    expect(await pool.session(pub)).not.toBe(await pool.session(west));
  });

  test("logs in again only after the session was closed", async () => {
    const { pool, opened } = openPool();
    const first = await pool.session(pub);
    await first.close();
    const second = await pool.session(pub);
    expect(second).not.toBe(first);
    expect((await second.read(showItl())).text).toBe("list of pub");
    expect(opened).toEqual(["pub", "pub"]);
    expect(pool.loginsMade(pub)).toBe(2);
  });

  test("closes all before a hold and works again after it, transcripts too", async () => {
    const { pool, transcripts } = openPool();
    const sessions = [await pool.session(pub), await pool.session(sub)];
    await pool.closeAll();
    expect(sessions.map(({ isOpen }) => isOpen)).toEqual([false, false]);
    await pool.session(pub);
    await pool.closeAll();
    await pool.closeAll();
    expect(transcripts).toEqual(["open pub", "open sub", "close pub", "close sub", "open pub", "close pub"]);
  });

  test("never tries a refused login again, but others", async () => {
    let tries = 0;
    const { pool } = openPool({
      openTransport: async () => {
        tries += 1;
        const code = tries === 1 ? "node-unreachable" : "login-refused";
        throw new OperatorError(code, "no", { hint: "Wait" });
      },
    });
    expect(await errorOf(pool.session(pub))).toMatchObject({ code: "login-refused" });
    expect(tries).toBe(2);
    expect(await errorOf(pool.session(pub))).toMatchObject({ code: "login-refused" });
    expect(tries).toBe(2);
  });

  test("tries again after any other trouble, when asked again", async () => {
    let tries = 0;
    const { pool } = openPool({
      openTransport: async () => {
        tries += 1;
        throw new OperatorError("host-key-unknown", "no", { hint: "Wait" });
      },
    });
    await errorOf(pool.session(pub));
    await errorOf(pool.session(pub));
    expect(tries).toBe(2);
  });

  test("masks a login's password from the moment it is known", async () => {
    const { pool, masker } = openPool();
    await pool.session(pub);
    expect(masker.mask("it is pub-pw")).toBe("it is ••••");
  });
});

describe("a visit", () => {
  test("does every node's work, and one node's failure is data", async () => {
    const { pool } = openPool();
    const results = await pool.visit([pub, sub, third], async (node) => {
      if (node.name === "sub") throw new OperatorError("node-unreachable", "gone", { hint: "Wait" });
      return (await (await pool.session(node)).read(showItl())).text;
    });
    expect([...results.keys()]).toEqual(["pub", "sub", "third"]);
    expect(results.get("pub")).toEqual({ kind: "ok", value: "list of pub" });
    expect(results.get("sub")).toMatchObject({ kind: "failed", error: { code: "node-unreachable" } });
    expect(results.get("third")).toEqual({ kind: "ok", value: "list of third" });
  });

  test("has at most `parallel` nodes at work, and gives results in the order asked for", async () => {
    const { pool } = openPool({ parallel: 2 });
    const nodes = Array.from({ length: 7 }, (_, index) => nodeNamed(`n${index}`));
    let [working, most] = [0, 0];
    const results = await pool.visit(nodes, async (node) => {
      working += 1;
      most = Math.max(most, working);
      for (let turn = 0; turn < 7 - Number(node.name.slice(1)); turn += 1)
        await new Promise((resolve) => setImmediate(resolve));
      working -= 1;
      return node.name;
    });
    expect(most).toBe(2);
    expect([...results.keys()]).toEqual(nodes.map(({ name }) => name));
  });

  test("of no nodes is empty", async () => {
    expect((await openPool().pool.visit([], async () => 1)).size).toBe(0);
  });
});
