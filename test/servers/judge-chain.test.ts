// What servers send beside their own certificate, against the authorities that clients have.
import { describe, expect, test } from "vitest";
import { presentationsOf } from "../../src/servers/presentations.ts";
import type { TrustedAuthorities } from "../../src/servers/trusted-authorities.ts";
import { keyOf } from "../support/certificate-writer.ts";
import { at, done, facts, told } from "./judged.ts";
import {
  authoritiesOf,
  corporate,
  type MadeServerCertificate,
  makeServerCertificate,
  root,
  targetFor,
} from "./server-material.ts";

describe("what is sent", () => {
  const leaf = makeServerCertificate();
  const chain = (trusted: TrustedAuthorities | null, ...sent: readonly MadeServerCertificate[]) =>
    told([facts(targetFor(at(443)), done(...sent))], {}, trusted);

  test("may end below the root, or with it", () => {
    expect(chain(authoritiesOf(root), leaf, corporate)).toEqual([]);
    expect(chain(authoritiesOf(root), leaf, corporate, root)).toEqual([]);
    expect(chain(null, leaf, corporate)).toEqual([]);
  });

  test("may go on above what clients have, or to an older root that signed theirs", () => {
    expect(chain(authoritiesOf(root, corporate), leaf, corporate, root)).toEqual([]);
    expect(chain(authoritiesOf(corporate), leaf, corporate, root)).toEqual([]);
    const older = { key: keyOf("rsa", "older"), subject: [["CN", "Older"]], isAuthority: true } as const;
    const crossSigned = makeServerCertificate({
      ...{ key: root.key, subject: [["CN", "Root"]], isAuthority: true },
      issuer: makeServerCertificate({ ...older, issuer: null }),
    });
    expect(chain(authoritiesOf(root), leaf, corporate, crossSigned)).toEqual([]);
  });

  test("may be of an authority whose certificate of before, with the same key, is in the file as well", () => {
    const before = makeServerCertificate({
      ...{ key: root.key, issuer: null, subject: [["CN", "Root"]], isAuthority: true, serial: 3 },
      ...{ from: -20, to: -1 },
    });
    expect(chain(authoritiesOf(before, root), leaf, corporate)).toEqual([]);
    expect(chain(authoritiesOf(before), leaf, corporate)).toEqual(["chain-expired block"]);
  });

  test("may leave out what clients have themselves", () => {
    expect(chain(authoritiesOf(corporate), leaf)).toEqual([]);
    expect(chain(authoritiesOf(root, corporate), leaf)).toEqual([]);
  });

  test("without the authority in between warns where nobody knows what clients have, and blocks where they have it not", () => {
    expect(chain(null, leaf)).toEqual(["chain-incomplete warn"]);
    expect(chain(authoritiesOf(root), leaf)).toEqual(["chain-incomplete block"]);
  });

  test("to a root that clients do not have blocks", () => {
    const other = makeServerCertificate({
      key: keyOf("rsa", "other"),
      issuer: null,
      subject: [["CN", "Other"]],
      isAuthority: true,
    });
    expect(chain(authoritiesOf(other), leaf, corporate, root)).toEqual(["issuer-not-trusted block"]);
  });

  test("in another order, twice, or with strangers warns", () => {
    expect(chain(authoritiesOf(root), leaf, root, corporate)).toEqual(["chain-out-of-order warn"]);
    expect(chain(authoritiesOf(root), leaf, corporate, corporate)).toEqual(["chain-out-of-order warn"]);
    expect(chain(authoritiesOf(root), leaf, corporate, makeServerCertificate({ serial: 9 }))).toEqual([
      "chain-out-of-order warn",
    ]);
  });

  test("by an issuer that is no authority blocks", () => {
    const clerk = makeServerCertificate({
      key: keyOf("rsa", "clerk"),
      issuer: root,
      subject: [["CN", "Clerk"]],
    });
    expect(chain(authoritiesOf(root), makeServerCertificate({ issuer: clerk }), clerk)).toEqual([
      "chain-broken block",
    ]);
  });

  test("by an issuer that says nothing of being one blocks", () => {
    const wish = {
      key: keyOf("rsa", "clerk"),
      issuer: root,
      subject: [["CN", "Clerk"]],
      keyUsage: null,
    } as const;
    const clerk = makeServerCertificate(wish);
    expect(chain(authoritiesOf(root), makeServerCertificate({ issuer: clerk }), clerk)).toEqual([
      "chain-broken block",
    ]);
  });

  test("by a root from before extensions is well where the file has it, and only there", () => {
    const bare = { names: null, keyUsage: null, purposes: null, crl: [], subject: [["CN", "Bare"]] } as const;
    const old = makeServerCertificate({ ...bare, key: keyOf("rsa", "bare"), issuer: null });
    const own = makeServerCertificate({ issuer: old });
    expect(chain(authoritiesOf(old), own)).toEqual([]);
    expect(chain(null, own, old)).toEqual(["chain-broken block"]);
    const clerk = makeServerCertificate({ ...bare, key: keyOf("rsa", "bare"), issuer: root });
    expect(chain(authoritiesOf(root, clerk), makeServerCertificate({ issuer: clerk }))).toEqual([
      "chain-broken block",
    ]);
  });

  test("is followed by signatures: an authority of the same name with another key is none", () => {
    const key = keyOf("rsa", "renewed");
    const renewed = makeServerCertificate({
      key,
      issuer: root,
      subject: [["CN", "Corporate CA"]],
      isAuthority: true,
    });
    const own = makeServerCertificate({ issuer: renewed });
    expect(chain(authoritiesOf(root), own, corporate)).toEqual(["chain-broken block"]);
    expect(chain(null, own, corporate)).toEqual(["chain-broken block"]);
    expect(chain(authoritiesOf(root), own, renewed)).toEqual([]);
    expect(chain(authoritiesOf(root, corporate), own, renewed)).toEqual([]);
  });

  test("by two that name each other ends", () => {
    const one = { key: keyOf("rsa", "one"), subject: corporate.subject };
    const first = makeServerCertificate({
      ...one,
      subject: [["CN", "One"]],
      issuer: { ...corporate, key: keyOf("rsa", "two") },
      isAuthority: true,
    });
    const second = makeServerCertificate({
      key: keyOf("rsa", "two"),
      subject: [["CN", "Corporate CA"]],
      issuer: first,
      isAuthority: true,
    });
    const own = makeServerCertificate({ issuer: first });
    const [shown] = presentationsOf([facts(targetFor(at(443)), done(own, first, second))], null);
    expect(shown?.chain).toMatchObject({ end: "issuer-missing", isInOrder: true });
    expect(shown?.chain?.path).toHaveLength(3);
  });

  test("self-signed is well where clients were given it, but for some", () => {
    const own = makeServerCertificate({ issuer: null });
    expect(chain(authoritiesOf(own), own)).toEqual(["self-signed warn"]);
    expect(chain(null, own)).toEqual(["self-signed warn"]);
    expect(chain(authoritiesOf(root), own)).toEqual(["issuer-not-trusted block"]);
  });

  test("over SHA-1 warns of authorities too, but not of the root", () => {
    const old = makeServerCertificate({
      key: keyOf("rsa", "old"),
      issuer: root,
      subject: [["CN", "Old"]],
      isAuthority: true,
      digest: "sha1",
    });
    expect(chain(authoritiesOf(root), makeServerCertificate({ issuer: old }), old)).toEqual([
      "digest-weak warn",
    ]);
    const oldRoot = makeServerCertificate({
      key: keyOf("rsa", "r"),
      issuer: null,
      subject: [["CN", "R"]],
      isAuthority: true,
      digest: "sha1",
    });
    expect(chain(authoritiesOf(oldRoot), makeServerCertificate({ issuer: oldRoot }), oldRoot)).toEqual([]);
  });
});
