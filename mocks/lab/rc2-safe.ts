// A PKCS#12 with its certificate in plain, and a passphrase, in; the certificate locked with RC2-40 and a new MAC, out.
import { randomBytes } from "node:crypto";
import forge from "node-forge";

const { asn1, pki, pkcs12, util, hmac, md } = forge;
const iterations = 2048;

/** Changes the file in place: the first part of its contents becomes EncryptedData, as OpenSSL wrote it until 3.0. */
export function lockCertificateWithRc2(pfx: forge.asn1.Asn1, passphrase: string): void {
  const octets = part(part(part(pfx, 1), 1), 0);
  const safes = asn1.fromDer(util.createBuffer(octets.value as string));
  const plain = part(part(part(safes, 0), 1), 0).value as string;
  (safes.value as forge.asn1.Asn1[])[0] = encryptedData(plain, passphrase);
  octets.value = asn1.toDer(safes).getBytes();

  const mac = part(pfx, 2);
  const salt = util.createBuffer(part(mac, 1).value as string);
  const rounds = Buffer.from(part(mac, 2).value as string, "latin1").readUIntBE(
    0,
    (part(mac, 2).value as string).length,
  );
  const digest = hmac.create();
  digest.start(md.sha1.create(), pkcs12.generateKey(passphrase, salt, 3, rounds, 20));
  digest.update(octets.value);
  part(part(mac, 0), 1).value = digest.getMac().getBytes();
}

/** pbeWithSHAAnd40BitRC2-CBC. */
function encryptedData(plain: string, passphrase: string): forge.asn1.Asn1 {
  const salt = randomBytes(8).toString("latin1");
  const derive = (id: number, bytes: number) =>
    pkcs12.generateKey(passphrase, util.createBuffer(salt), id, iterations, bytes);
  const cipher = forge.rc2.createEncryptionCipher(derive(1, 5).getBytes(), 40);
  cipher.start(derive(2, 8));
  cipher.update(util.createBuffer(plain));
  cipher.finish();
  const rounds = Buffer.from([iterations >> 8, iterations & 0xff]).toString("latin1");
  return sequence(
    oid(pki.oids["encryptedData"] ?? ""),
    tagged(
      true,
      sequence(
        primitive(asn1.Type.INTEGER, "\x00"),
        sequence(
          oid(pki.oids["data"] ?? ""),
          sequence(
            oid("1.2.840.113549.1.12.1.6"),
            sequence(primitive(asn1.Type.OCTETSTRING, salt), primitive(asn1.Type.INTEGER, rounds)),
          ),
          asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, false, cipher.output.getBytes()),
        ),
      ),
    ),
  );
}

function part(node: forge.asn1.Asn1, at: number): forge.asn1.Asn1 {
  const found = (node.value as forge.asn1.Asn1[])[at];
  if (found === undefined) throw new Error("the PKCS#12 file has another shape");
  return found;
}

const primitive = (type: forge.asn1.Type, value: string) =>
  asn1.create(asn1.Class.UNIVERSAL, type, false, value);
const oid = (text: string) => primitive(asn1.Type.OID, asn1.oidToDer(text).getBytes());
const sequence = (...parts: forge.asn1.Asn1[]) =>
  asn1.create(asn1.Class.UNIVERSAL, asn1.Type.SEQUENCE, true, parts);
const tagged = (isConstructed: boolean, inner: forge.asn1.Asn1) =>
  asn1.create(asn1.Class.CONTEXT_SPECIFIC, 0, isConstructed, [inner]);
