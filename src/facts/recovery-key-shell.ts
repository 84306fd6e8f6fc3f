// A decoded PKCS#12 file in; how its contents are locked, without any password, out.
/** One ASN.1 node: a value's bytes (one character each), or the nodes of a structure. */
export interface Asn1Node {
  readonly type: number;
  readonly value: string | readonly Asn1Node[];
}

/** The two readings that this needs, given by the one file that has an ASN.1 reader. */
export interface Asn1Reader {
  fromDer(binary: string): Asn1Node;
  derToOid(der: string): string;
}

/** `ciphers` without repeats, in file order; `iterations` the most that any key derivation or the MAC asks for; `locks` counts the encrypted parts. */
export interface RecoveryKeyShell {
  readonly ciphers: readonly string[];
  readonly iterations: number;
  readonly locks: number;
  readonly hasMac: boolean;
}

/** One character a byte; `algorithm` is the hash's OID. */
export interface RecoveryKeyMac {
  readonly algorithm: string;
  readonly digest: string;
  readonly salt: string;
  readonly iterations: number;
}

const oids = {
  data: "1.2.840.113549.1.7.1",
  encryptedData: "1.2.840.113549.1.7.6",
  shroudedKeyBag: "1.2.840.113549.1.12.10.1.2",
  pbes2: "1.2.840.113549.1.5.13",
};
const cipherNames: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.12.1.3": "3des-cbc",
  "1.2.840.113549.1.12.1.4": "3des-2key-cbc",
  "1.2.840.113549.1.12.1.5": "rc2-128-cbc",
  "1.2.840.113549.1.12.1.6": "rc2-40-cbc",
  "1.2.840.113549.3.7": "3des-cbc",
  "2.16.840.1.101.3.4.1.2": "aes-128-cbc",
  "2.16.840.1.101.3.4.1.22": "aes-192-cbc",
  "2.16.840.1.101.3.4.1.42": "aes-256-cbc",
};
const integerType = 2;

/** Throws any error where the bytes are not one whole PFX of version 3 with contents; the caller turns that into a fact. */
export function parseRecoveryKeyShell(binary: string, asn1: Asn1Reader): RecoveryKeyShell {
  const ciphers = new Set<string>();
  let iterations = 1;
  let locks = 0;
  const objectId = (node: Asn1Node) => asn1.derToOid(bytesOf(node));
  const learnLock = (algorithm: Asn1Node) => {
    const [id, parameters] = pair(algorithm);
    locks += 1;
    iterations = Math.max(iterations, largestNumber(parameters));
    const scheme = objectId(id) === oids.pbes2 ? objectId(pair(pair(parameters)[1])[0]) : objectId(id);
    ciphers.add(cipherNames[scheme] ?? scheme);
  };
  const [version, content, mac] = childrenOf(asn1.fromDer(binary));
  if (version === undefined || content === undefined || numberOf(version) !== 3)
    throw new Error("not a PFX of version 3");
  if (mac !== undefined) {
    iterations = Math.max(iterations, largestNumber(mac));
    if (macIn(mac, objectId).digest === "") throw new Error("its MAC is empty");
  }
  const safes = childrenOf(asn1.fromDer(octetsOf(contentOf(content, oids.data, objectId))));
  if (safes.length === 0) throw new Error("it holds nothing");
  for (const safe of safes) {
    const kind = objectId(pair(safe)[0]);
    if (kind === oids.encryptedData) {
      const [, encrypted] = pair(contentOf(safe, kind, objectId));
      learnLock(pair({ ...encrypted, value: childrenOf(encrypted).slice(1) })[0]);
    } else {
      for (const bag of childrenOf(asn1.fromDer(octetsOf(contentOf(safe, oids.data, objectId))))) {
        const [bagKind, held] = pair(bag);
        if (objectId(bagKind) === oids.shroudedKeyBag) learnLock(pair(only(held))[0]);
      }
    }
  }
  return { ciphers: [...ciphers], iterations, locks, hasMac: mac !== undefined };
}

/** The bytes under the MAC, and the MAC; null where the file has none. Throws any error where it is not as it should be. */
export function parseRecoveryKeyMac(
  pfx: Asn1Node,
  derToOid: (der: string) => string,
): { readonly data: string; readonly mac: RecoveryKeyMac | null } {
  const objectId = (node: Asn1Node) => derToOid(bytesOf(node));
  const [, content, mac] = childrenOf(pfx);
  if (content === undefined) throw new Error("a part is absent");
  const data = octetsOf(contentOf(content, oids.data, objectId));
  return { data, mac: mac === undefined ? null : macIn(mac, objectId) };
}

function macIn(mac: Asn1Node, objectId: (node: Asn1Node) => string): RecoveryKeyMac {
  const [digestInfo, salt] = pair(mac);
  const [algorithm, digest] = pair(digestInfo);
  const rounds = childrenOf(mac)[2];
  return {
    algorithm: objectId(only(algorithm)),
    digest: octetsOf(digest),
    salt: octetsOf(salt),
    iterations: rounds === undefined ? 1 : numberOf(rounds),
  };
}

/** What stands in the [0] of a ContentInfo of the wanted kind. */
function contentOf(info: Asn1Node, kind: string, objectId: (node: Asn1Node) => string): Asn1Node {
  const [id, tagged] = pair(info);
  if (objectId(id) !== kind) throw new Error("contents of an unknown kind");
  return only(tagged);
}

function childrenOf(node: Asn1Node): readonly Asn1Node[] {
  if (typeof node.value === "string") throw new Error("a value stands where a structure should");
  return node.value;
}

function pair(node: Asn1Node): [Asn1Node, Asn1Node] {
  const [first, second] = childrenOf(node);
  if (first === undefined || second === undefined) throw new Error("a part is absent");
  return [first, second];
}

function only(node: Asn1Node): Asn1Node {
  const [first] = childrenOf(node);
  if (first === undefined) throw new Error("a part is absent");
  return first;
}

function bytesOf(node: Asn1Node): string {
  if (typeof node.value !== "string") throw new Error("a structure stands where a value should");
  return node.value;
}

/** An OCTET STRING in one piece or in several. */
function octetsOf(node: Asn1Node): string {
  return typeof node.value === "string" ? node.value : node.value.map(bytesOf).join("");
}

function numberOf(node: Asn1Node): number {
  const value = bytesOf(node);
  if (value.length > 4) return Number.MAX_SAFE_INTEGER;
  return [...Buffer.from(value, "latin1")].reduce((sum, byte) => sum * 256 + byte, 0);
}

function largestNumber(node: Asn1Node): number {
  if (typeof node.value === "string") return node.type === integerType ? numberOf(node) : 0;
  return node.value.reduce((most, child) => Math.max(most, largestNumber(child)), 0);
}
