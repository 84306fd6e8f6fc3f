// One look: what is typed, fetched and said to whom, and how little it takes to be told of trouble.
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { tftpNodesOf } from "../../src/phone-config/node-view.ts";
import { device, openScene } from "./scene.ts";

test("types two lines, fetches three files of each TFTP node, listens once at CAPF", async () => {
  const scene = openScene();
  const look = await scene.look();
  expect(scene.asked.lines).toEqual([expect.stringMatching(/^run sql select /), "utils service list"]);
  const files = ["/ITLFile.tlv", `/${device}.cnf.xml.sgn`, `/${device}.cnf.xml.enc.sgn`];
  expect(scene.asked.paths.toSorted()).toEqual([...files, ...files, "/ITLFile.tlv"].toSorted());
  expect(scene.asked.handshakes).toMatchObject([
    { port: 3804, versions: "modern", servername: null, startTls: null, helloBytes: 12 },
  ]);
  expect(tftpNodesOf(look).map(({ node }) => node)).toEqual(["pub", "tftp2"]);
});

test("old TLS is tried for a model that speaks nothing newer, and after TLS failed; never else", async () => {
  const versionsAsked = async (scene: ReturnType<typeof openScene>, fakes = {}) => {
    await scene.look(fakes);
    return scene.asked.handshakes.map(({ versions, helloBytes }) => `${versions} ${helloBytes}`);
  };
  const failed = (stage: "tls" | "closed") => ({
    handshake: () => ({ kind: "failed", stage, reason: "no" }) as const,
  });
  expect(await versionsAsked(openScene({ model: "Cisco 7962" }))).toEqual(["modern 12", "old 0"]);
  expect(await versionsAsked(openScene(), failed("tls"))).toEqual(["modern 12", "old 0"]);
  expect(await versionsAsked(openScene({ model: "Cisco 7962" }), failed("closed"))).toEqual(["modern 12"]);
});

describe("which nodes count", () => {
  const nodes = async (fakes: Parameters<ReturnType<typeof openScene>["look"]>[0]) =>
    tftpNodesOf(await openScene().look(fakes)).map(({ node }) => node);
  const refused = { kind: "failed", reason: "connection refused" } as const;

  test("a publisher whose service list has Cisco Tftp counts though nobody listens", async () => {
    expect(await nodes({ fetch: (_, node) => (node === "pub" ? refused : null) })).toEqual(["pub", "tftp2"]);
    const answer = (line: string) => (line === "utils service list" ? "Cisco CallManager[STARTED]" : null);
    expect(await nodes({ answer, fetch: (_, node) => (node === "pub" ? refused : null) })).toEqual(["tftp2"]);
  });

  test("where no node listens, all of them do", async () => {
    expect(await nodes({ fetch: () => refused })).toEqual(["pub", "tftp2", "cm3"]);
  });

  test("a node that does not answer in time counts", async () => {
    const late = { kind: "failed", reason: "no whole answer within 10 s" } as const;
    expect(await nodes({ fetch: (_, node) => (node === "cm3" ? late : null) })).toContain("cm3");
  });
});

test("a node that does not answer is asked for one file only", async () => {
  const scene = openScene();
  const late = { kind: "failed", reason: "no whole answer within 10 s" } as const;
  const look = await scene.look({ fetch: (_, node) => (node === "tftp2" ? late : null) });
  expect(scene.asked.paths.filter((path) => path.endsWith(".enc.sgn"))).toHaveLength(1);
  expect(look.nodes[1]).toMatchObject({
    signedFile: { kind: "unreachable" },
    encryptedFile: { kind: "unreachable" },
  });
});

test.each([
  ["404", "missing"],
  ["403", "missing"],
  ["500", "missing"],
])("HTTP %s of a node that serves its list says that the file is not there", async (status, kind) => {
  const look = await openScene().look({
    fetch: ({ path }) =>
      path?.endsWith(".sgn") ? { kind: "failed", reason: `answered HTTP ${status}` } : null,
  });
  expect(look.nodes[0]?.signedFile).toEqual({ kind, reason: `answered HTTP ${status}` });
});

test("HTTP 500 to everything says nothing about the file", async () => {
  const look = await openScene().look({ fetch: () => ({ kind: "failed", reason: "answered HTTP 500" }) });
  expect(look.nodes[0]?.signedFile.kind).toBe("unreachable");
});

test("a refused login leaves the rest of the look whole", async () => {
  const sessionError = new OperatorError("login-refused", "pub refused the login", { hint: "Look." });
  const look = await openScene().look({ sessionError });
  expect(look.publisher).toMatchObject({ isReachable: false, services: null });
  expect(look.publisher.trouble).toMatchObject([{ code: "login-refused" }]);
  expect(look.database.kind).toBe("unread");
  expect(look.nodes[0]?.encryptedFile.kind).toBe("read");
  expect(look.capf.modern.kind).toBe("done");
});

test("an abort ends it", async () => {
  await expect(openScene().look({ signal: AbortSignal.abort() })).rejects.toThrow("aborted");
});
