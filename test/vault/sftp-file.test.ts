// One file over SFTP from a server of the lab: bytes and fingerprints, or the one error that fits, each bounded in time and size.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2, { type SFTPWrapper } from "ssh2";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSftpServer, type SftpServer } from "../../mocks/lab/sftp-server.ts";
import { fingerprintSha256, makeHostKeyPem, publicBlobOf } from "../../mocks/lab/wire/host-key.ts";
import { OperatorError } from "../../src/base/errors.ts";
import { Secret } from "../../src/base/secret.ts";
import { fetchSftpFile, type SftpFileAddress } from "../../src/vault/sftp-file.ts";

const password = "Sftp-lab-1";
let root: string;
let server: SftpServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "itlctl-sftp-"));
  server = await openSftpServer({ root, username: "itl", password });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});

const address = (change: Partial<SftpFileAddress> = {}): SftpFileAddress => ({
  ...{ host: "127.0.0.1", port: server.port, user: "itl", path: "/ITLRecovery.p12" },
  ...{ password: new Secret(password), hostKey: server.hostKeySha256, ...change },
});

async function trouble(where: SftpFileAddress): Promise<OperatorError> {
  const error: unknown = await fetchSftpFile(where).catch((reason: unknown) => reason);
  if (error instanceof OperatorError) return error;
  throw new Error(`not refused: ${String(error)}`);
}

/** A TCP server that does this with whoever connects. */
async function openPort(greet: (socket: Socket) => void): Promise<Server> {
  const listener = createServer((socket) => {
    socket.on("error", () => socket.destroy());
    greet(socket);
  });
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return listener;
}

/** An SFTP server that does only what `answer` makes it do. */
async function openBareServer(answer: (sftp: SFTPWrapper) => void) {
  const pem = makeHostKeyPem();
  const sockets = new Set<Socket>();
  const ssh = new ssh2.Server({ hostKeys: [pem] }, (connection) => {
    connection.on("error", () => undefined);
    connection.on("authentication", (context) => context.accept());
    connection.on("session", (accept) => {
      accept().on("sftp", (acceptSftp) => answer(acceptSftp()));
    });
  });
  const listener = await openPort((socket) => {
    sockets.add(socket);
    ssh.injectSocket(socket);
  });
  const { port } = listener.address() as AddressInfo;
  return {
    address: { port, hostKey: fingerprintSha256(publicBlobOf(pem)) },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

test.each([1, 70_000])("%i bytes come whole, with both fingerprints", async (size) => {
  const bytes = Buffer.from(Array.from({ length: size }, (_, at) => (at * 7) % 256));
  writeFileSync(join(root, "ITLRecovery.p12"), bytes);
  const file = await fetchSftpFile(address());
  expect(file.bytes.equals(bytes)).toBe(true);
  expect(file.hostKey).toEqual({ md5: server.hostKeyMd5, sha256: server.hostKeySha256 });
});

test("a fingerprint may be given with its padding", async () => {
  writeFileSync(join(root, "ITLRecovery.p12"), "x");
  expect((await fetchSftpFile(address({ hostKey: `${server.hostKeySha256}=` }))).bytes.toString()).toBe("x");
});

describe("refused", () => {
  test("another host key, before a login", async () => {
    const before = server.logins.length;
    const error = await trouble(address({ hostKey: `SHA256:${"A".repeat(43)}` }));
    expect([error.code, server.logins.length]).toEqual(["host-key-changed", before]);
    expect(error.message).toContain("no password was sent");
  });

  test("a wrong password, once", async () => {
    const before = server.logins.length;
    const error = await trouble(address({ password: new Secret("wrong") }));
    expect(error.code).toBe("login-refused");
    expect(server.logins.slice(before)).toEqual(["itl password refused"]);
  });

  test("another user", async () => {
    expect((await trouble(address({ user: "somebody" }))).message).toContain("somebody@127.0.0.1");
  });

  test.each([
    ["a file that is not there", "/nowhere.p12"],
    ["a folder", "/"],
  ])("%s", async (_what, path) => {
    const error = await trouble(address({ path }));
    expect(error.code).toBe("recovery-key-unusable");
    expect(error.message).toContain(`itl@127.0.0.1`);
  });

  test("an empty file", async () => {
    writeFileSync(join(root, "empty.p12"), "");
    const error = await trouble(address({ path: "/empty.p12" }));
    expect(error.code).toBe("recovery-key-unusable");
    expect(error.message).toContain("it is empty");
  });

  test("a server that tells a small size and sends without end", async () => {
    const liar = await openBareServer((sftp) => {
      const { OK, EOF: end } = ssh2.utils.sftp.STATUS_CODE;
      const attributes = { mode: 0o100600, uid: 0, gid: 0, size: 10, atime: 0, mtime: 0 };
      sftp.on("STAT", (id) => sftp.attrs(id, attributes));
      sftp.on("FSTAT", (id) => sftp.status(id, end));
      sftp.on("OPEN", (id) => sftp.handle(id, Buffer.from("h")));
      sftp.on("READ", (id, _handle, _offset, length) => sftp.data(id, Buffer.alloc(length, 1)));
      sftp.on("CLOSE", (id) => sftp.status(id, OK));
    });
    try {
      const error = await trouble(address({ ...liar.address, maxBytes: 200_000 }));
      expect(error.code).toBe("recovery-key-unusable");
      expect(error.message).toContain("over 200000 bytes");
    } finally {
      await liar.close();
    }
  });

  test("a server that falls silent after the login", async () => {
    const silent = await openBareServer((sftp) => sftp.on("STAT", () => undefined));
    try {
      const error = await trouble(address({ ...silent.address, timeoutMs: 300 }));
      expect(error.code).toBe("vault-unreachable");
      expect(error.message).toContain("no answer within 0.3 s");
    } finally {
      await silent.close();
    }
  });

  test("a file past the limit, before it is read", async () => {
    writeFileSync(join(root, "big.p12"), Buffer.alloc(1_000_001));
    const error = await trouble(address({ path: "/big.p12" }));
    expect(error.code).toBe("recovery-key-unusable");
    expect(error.message).toContain("1000001 bytes");
  });

  test.each<[string, (socket: Socket) => void]>([
    ["a server that says nothing", () => undefined],
    ["a server that hangs up", (socket) => socket.end()],
    ["a server that is no SSH server", (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ])("%s", async (_what, greet) => {
    const listener = await openPort(greet);
    try {
      const { port } = listener.address() as AddressInfo;
      const error = await trouble(address({ port, timeoutMs: 300 }));
      expect(error.code).toBe("vault-unreachable");
      expect(error.message).toContain(`127.0.0.1:${port}`);
    } finally {
      listener.close();
    }
  });

  test("a port where nobody listens", async () => {
    const listener = await openPort(() => undefined);
    const { port } = listener.address() as AddressInfo;
    await new Promise((resolve) => listener.close(resolve));
    expect((await trouble(address({ port }))).code).toBe("vault-unreachable");
  });
});
