// A recovery key on a real OpenSSH server: fetched by itlctl, and in a whole recovery by the platform too.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { Secret } from "../../src/base/secret.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { fetchSftpFile, type SftpFileAddress } from "../../src/vault/sftp-file.ts";
import { openLabCli } from "../support/lab-cli.ts";
import { needs } from "../support/needs.ts";
import { type OpenSshServer, openOpenSshServer } from "./openssh-server.ts";

const isPossible = [needs("sshd"), needs("root")].every(Boolean);

describe.runIf(isPossible)("with OpenSSH", () => {
  let server: OpenSshServer;
  beforeAll(async () => {
    server = await openOpenSshServer();
  });
  afterAll(() => server.close());

  const address = (path: string, change: Partial<SftpFileAddress> = {}): SftpFileAddress => ({
    ...{ host: "127.0.0.1", port: server.port, user: server.user, path },
    ...{ password: new Secret(server.password), hostKey: server.hostKeySha256, ...change },
  });
  const trouble = async (where: SftpFileAddress): Promise<OperatorError> => {
    const error: unknown = await fetchSftpFile(where).catch((reason: unknown) => reason);
    if (error instanceof OperatorError) return error;
    throw new Error(`not refused: ${String(error)}`);
  };
  /** What the server's log gained while this went on. */
  const logOf = async (work: () => Promise<unknown>): Promise<string> => {
    const before = server.log().length;
    await work();
    return server.log().slice(before);
  };

  test("the file comes whole, with both fingerprints of the RSA key", async () => {
    const bytes = Buffer.from(Array.from({ length: 5000 }, (_, at) => at % 256));
    const file = await fetchSftpFile(address(server.serve("some.p12", bytes)));
    expect(file.bytes.equals(bytes)).toBe(true);
    expect(file.hostKey).toEqual({ md5: server.hostKeyMd5, sha256: server.hostKeySha256 });
  });

  test("another host key is refused before the server hears of a user", async () => {
    const log = await logOf(async () => {
      const error = await trouble(address("/x", { hostKey: `SHA256:${"A".repeat(43)}` }));
      expect(error.code).toBe("host-key-changed");
      expect(error.message).toContain(server.hostKeySha256);
    });
    expect(log).not.toContain("userauth-request");
    expect(log).not.toContain(server.user);
  });

  test("a wrong password is sent once, and told to nobody", async () => {
    const log = await logOf(async () => {
      const error = await trouble(address("/x", { password: new Secret("Not-The-One-77") }));
      expect(error.code).toBe("login-refused");
      expect(`${error.message} ${error.hint}`).not.toContain("Not-The-One-77");
    });
    expect(log.match(/Failed password for/g)).toHaveLength(1);
  });

  test("a missing file, a folder and a file past the limit are refused", async () => {
    const path = server.serve("big.p12", Buffer.alloc(2000));
    expect((await trouble(address("/nowhere.p12"))).code).toBe("recovery-key-unusable");
    expect((await trouble(address("/"))).code).toBe("recovery-key-unusable");
    expect((await trouble(address(path, { maxBytes: 1999 }))).message).toContain("2000 bytes");
  });

  test.each(["11.5", "12.5"] as const)(
    "release %s: recover --key remote, the key fetched by itlctl and by the platform",
    async (release) => {
      const scenario = release === "11.5" ? "publisher-rebuilt" : "recovery-lost";
      const remoteKeyServer = { host: "127.0.0.1", port: server.port };
      const cli = await openLabCli({ scenario, release, remoteKeyServer });
      try {
        const key = server.serve("ITLRecovery.p12", readFileSync(join(cli.lab.sftp.root, "ITLRecovery.p12")));
        const cluster = cli.lab.cluster();
        const [phone] = cluster.phones;
        const held = cli.write("held.tlv", phone?.heldList ?? "");
        const world = { environment: { KEY_PASSWORD: server.password }, remoteKeyPort: server.port };
        const flags = ["--remote-password", "env:KEY_PASSWORD", "--remote-host-key", server.hostKeySha256];
        const words = ["recover", "east", "--json", "--yes", "--key", "remote", "--held", held, ...flags];
        const command = [...words, "--remote-key", `${server.user}@127.0.0.1:${key}`];
        const log = await logOf(async () => {
          const result = await cli.run(command, world);
          expect(result.json<RunDocument>()).toMatchObject({
            outcome: "held",
            waitsFor: "phones",
            error: null,
          });
          expect(result.exit).toBe(21);
        });
        expect(log.match(/Accepted password for/g)).toHaveLength(2);
        expect(cluster.writes.map(({ line }) => line)).toEqual([
          `utils itl reset remotekey 127.0.0.1 ${server.user} ${key}`,
        ]);
        for (const { accepted } of cluster.bootPhones()) expect(accepted).toBe("direct");
        expect(cli.lab.complaints).toEqual([]);
      } finally {
        await cli.close();
      }
    },
  );
});
