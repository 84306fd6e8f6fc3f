// What the lab's phones do with an offered list, case by case of trust-rules section 1.
import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { describe, expect, it } from "vitest";
import { functionCodes, type ListRecord, writeItl } from "../../mocks/lab/itl-writer.ts";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";
import { decideOnList, type TvsService } from "../../mocks/lab/trust.ts";

const keys = createKeyMaker();
const [one, other] = [keys.next(1024), keys.next(1024)];
const serial = Buffer.alloc(16, 0x91);
const record = (subject: string, key: KeyObject, functionCode: number): ListRecord => ({
  subject,
  functionCode,
  issuer: subject,
  serial,
  publicKey: createPublicKey(key).export({ type: "pkcs1", format: "der" }),
});
const listBy = (subject: string, privateKey: KeyObject, records: readonly ListRecord[]) =>
  writeItl({
    version: { major: 1, minor: 2 },
    signer: { subject, issuer: subject, serial, privateKey },
    digest: "sha1",
    filename: "ITLFile.tlv",
    timestamp: 1,
    records,
  });
const tvsCertificate = Buffer.from("the DER of a TVS certificate");
const tvsRecord: ListRecord = {
  subject: "CN=tvs",
  functionCode: functionCodes.tvs,
  certificate: tvsCertificate,
};
const tvs = (knows: TvsService["knows"], certificate = tvsCertificate): TvsService => ({
  node: "pub",
  certificate,
  knows,
});

const held = listBy("CN=a", one, [record("CN=a", one, functionCodes.token), tvsRecord]);

describe("a phone", () => {
  it("without a list takes the first one, but no file that cannot be read", () => {
    expect(decideOnList(null, held, []).accepted).toBe("first");
    expect(decideOnList(null, held.subarray(0, 200), []).accepted).toBe("rejected");
  });

  it("takes a list whose signer is a token of the list it holds", () => {
    const offered = listBy("CN=a", one, [record("CN=b", other, functionCodes.token)]);
    expect(decideOnList(held, offered, []).accepted).toBe("direct");
  });

  it("rejects a look-alike: the token's name and serial, another key, and that key in the new file", () => {
    const offered = listBy("CN=a", other, [record("CN=a", other, functionCodes.token)]);
    expect(decideOnList(held, offered, []).accepted).toBe("rejected");
  });

  it("rejects a signer that is in the held list, but not as a token", () => {
    const onlyTftp = listBy("CN=a", one, [record("CN=b", other, functionCodes.tftp), tvsRecord]);
    expect(decideOnList(onlyTftp, listBy("CN=b", other, []), []).accepted).toBe("rejected");
  });

  it("takes an unknown signer by TVS, if the service's certificate is in the held list and it knows the key", () => {
    const offered = listBy("CN=b", other, []);
    const knows = tvs((issuer) => (issuer === "CN=b" ? createPublicKey(other) : null));
    expect(decideOnList(held, offered, [knows])).toMatchObject({ accepted: "by-tvs" });
    expect(decideOnList(held, offered, [tvs(() => null)]).accepted).toBe("rejected");
    expect(decideOnList(held, offered, [tvs(() => createPublicKey(one))]).accepted).toBe("rejected");
    expect(
      decideOnList(held, offered, [tvs(() => createPublicKey(other), Buffer.from("new"))]).accepted,
    ).toBe("rejected");
  });

  it("knows a TVS by the hash of its certificate as well", () => {
    const holding = (certHash: Buffer) =>
      listBy("CN=a", one, [
        { subject: "CN=tvs", functionCode: functionCodes.tvs, certHash, hashAlgorithm: 1 },
      ]);
    const sha1 = createHash("sha1").update(tvsCertificate).digest();
    const knows = tvs(() => createPublicKey(other));
    const offered = listBy("CN=b", other, []);
    expect(decideOnList(holding(sha1), offered, [knows]).accepted).toBe("by-tvs");
    expect(decideOnList(holding(Buffer.alloc(20)), offered, [knows]).accepted).toBe("rejected");
  });

  it("takes no word from a certificate that the held list has in another role", () => {
    const asTftp = listBy("CN=a", one, [{ ...tvsRecord, functionCode: functionCodes.tftp }]);
    const knows = tvs(() => createPublicKey(other));
    expect(decideOnList(asTftp, listBy("CN=b", other, []), [knows]).accepted).toBe("rejected");
  });

  it("rejects a changed file, also one whose signer it knows", () => {
    const offered = Buffer.from(listBy("CN=a", one, [tvsRecord]));
    offered.writeUInt8(offered.readUInt8(offered.length - 1) ^ 1, offered.length - 1);
    expect(decideOnList(held, offered, []).accepted).toBe("rejected");
  });

  it("keeps the very list it holds, even where nothing in that list vouches for it", () => {
    const odd = listBy("CN=imported", other, [record("CN=a", one, functionCodes.token)]);
    expect(decideOnList(odd, odd, []).accepted).toBe("same");
  });
});
