// Who signs lists normally and after a localkey reset, by release and by what was read of the certificates.
import { describe, expect, test } from "vitest";
import { expectedNormalSigner, localSigner, publisherOf } from "../../src/verdict/expected-signer.ts";
import { shownList, smallCertificate, smallCluster, smallNode, smallRecord } from "./small-facts.ts";

const [old, recent] = ["11.5.1.12900-21", "12.0.1.10000-10"];
const certificates = {
  CallManager: smallCertificate("CallManager", "0A"),
  ITLRecovery: smallCertificate("ITLRecovery", "0B"),
};
const pub = smallNode("pub", { certificates });
const sub = smallNode("sub", {
  certificates: {
    CallManager: smallCertificate("CallManager", "1A"),
    ITLRecovery: smallCertificate("ITLRecovery", "1B"),
  },
});
const facts = smallCluster(sub, pub);

test("the publisher is the node of that role, or none", () => {
  expect(publisherOf(facts)?.node).toBe("pub");
  expect(publisherOf(smallCluster(sub))).toBeNull();
});

describe("the normal signer of a node's list", () => {
  const serialOf = (node: string, release: string, nodes = facts) =>
    expectedNormalSigner(nodes, node, release)?.serial ?? null;

  test("is its own CallManager up to 11.5, and the publisher's ITLRecovery from 12.0", () => {
    expect([serialOf("pub", old), serialOf("sub", old)]).toEqual(["0A", "1A"]);
    expect([serialOf("pub", recent), serialOf("sub", recent)]).toEqual(["0B", "0B"]);
  });

  test("is not known where that certificate was not read, or its node not looked at", () => {
    expect(serialOf("cm9", old)).toBeNull();
    expect(serialOf("sub", recent, smallCluster(sub))).toBeNull();
    expect(serialOf("sub", old, smallCluster(smallNode("sub"), pub))).toBeNull();
    expect(serialOf("sub", recent, smallCluster(sub, smallNode("pub")))).toBeNull();
    expect(serialOf("sub", recent, smallCluster(smallNode("sub"), pub))).toBe("0B");
  });
});

describe("the signer of a localkey reset", () => {
  const told = (release: string, nodes = facts) => {
    const local = localSigner(nodes, release);
    return local === null ? null : [local.signer.serial, local.isAssumed];
  };
  const itl = shownList([
    smallRecord("token", "1B", { unit: "ITLRecovery", node: "old" }),
    smallRecord("token", "0A"),
    smallRecord("TFTP", "0A"),
    smallRecord("TVS", "0C"),
  ]);
  const listed = (parts: Parameters<typeof smallNode>[1] = {}) =>
    smallCluster(sub, smallNode("pub", { itl, ...parts }));

  test("is the publisher's: ITLRecovery up to 11.5, CallManager from 12.0", () => {
    expect([told(old), told(recent)]).toEqual([
      ["0B", false],
      ["0A", false],
    ]);
  });

  test("is assumed from the publisher's list where the certificate was not read", () => {
    expect([told(old, listed()), told(recent, listed())]).toEqual([
      ["1B", true],
      ["0A", true],
    ]);
    expect(told(old, listed({ certificates: { CallManager: certificates.CallManager } }))).toEqual([
      "1B",
      true,
    ]);
    expect(told(old, listed({ certificates }))).toEqual(["0B", false]);
  });

  test("is not known where the list does not name it, where there is none, and without a publisher", () => {
    const bare = shownList([smallRecord("token", "0A"), smallRecord("TVS", "0C")]);
    expect([told(old, listed({ itl: bare })), told(recent, listed({ itl: bare }))]).toEqual([null, null]);
    expect([told(old, listed({ itl: null })), told(recent, listed({ itl: null }))]).toEqual([null, null]);
    expect([told(old, smallCluster(sub)), told(recent, smallCluster(sub))]).toEqual([null, null]);
  });
});
