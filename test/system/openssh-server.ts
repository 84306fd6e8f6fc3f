// A file to serve → a real OpenSSH server on loopback, as narrow as the platform's SFTP client allows, with a user of its own.
import { execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathOfProgram } from "../support/needs.ts";

export interface OpenSshServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** `SHA256:...` of its RSA key, as `ssh-keygen -lf` says. */
  readonly hostKeySha256: string;
  readonly hostKeyMd5: string;
  /** What a chrooted user sees as `/`. */
  readonly folder: string;
  readonly secondUser: string | null;
  readonly ed25519Sha256: string | null;
  /** Makes a folder of the user's below the server's, and gives its path as the user sees it. */
  own(path: string, mode?: number): string;
  /** Puts a file where the user can read it, and gives its full path. */
  serve(name: string, bytes: Uint8Array): string;
  /** What the server wrote so far, at LogLevel DEBUG. */
  log(): string;
  close(): Promise<void>;
}

// What releases offer as SFTP client (12.5(1)SU5 guide, "SFTP client"); OpenSSH leaves out what it was built without.
const algorithms = {
  Ciphers: ["aes128-ctr", "aes192-ctr", "aes256-ctr"],
  MACs: ["hmac-sha2-256", "hmac-sha1"],
  KexAlgorithms: [
    ...["ecdh-sha2-nistp521", "ecdh-sha2-nistp384", "diffie-hellman-group14-sha1"],
    ...["diffie-hellman-group1-sha1", "diffie-hellman-group-exchange-sha256"],
    "diffie-hellman-group-exchange-sha1",
  ],
  HostKeyAlgorithms: ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"],
};

const program = (name: string) => pathOfProgram(name) ?? name;

/** What differs from the plain server. */
export interface OpenSshSettings {
  /** Users see the server's own folder as `/`, by ChrootDirectory. */
  readonly isChrooted?: boolean;
  /** A public key, as in authorized_keys, that logs the user in instead of the password. */
  readonly authorizedKey?: string;
  /** A host key of type ed25519 beside the RSA one. */
  readonly hasEd25519?: boolean;
  /** A second user of the same group. */
  readonly hasSecondUser?: boolean;
}

/** Needs root: makes system users with passwords, removed again by `close`. */
export async function openOpenSshServer(settings: OpenSshSettings = {}): Promise<OpenSshServer> {
  // Above a ChrootDirectory nobody but root may write, not even under a sticky bit.
  const folder = mkdtempSync(join(settings.isChrooted === true ? "/run" : tmpdir(), "itlctl-sshd-"));
  chmodSync(folder, 0o755);
  const user = `itlctl-${randomBytes(4).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  const served = join(folder, "served");
  mkdirSync(served, { mode: 0o755 });
  const hostKey = join(folder, "host_rsa");
  execFileSync(program("ssh-keygen"), ["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", hostKey]);
  const ed25519 = settings.hasEd25519 === true ? join(folder, "host_ed25519") : null;
  if (ed25519 !== null) execFileSync(program("ssh-keygen"), ["-q", "-t", "ed25519", "-N", "", "-f", ed25519]);
  const home = settings.isChrooted === true ? "/served" : served;
  const users = settings.hasSecondUser === true ? [user, `${user}-in`] : [user];
  const noHome = ["--no-create-home", "--home-dir", home, "--shell", "/bin/sh"];
  execFileSync(program("useradd"), [...noHome, user]);
  const [, second] = users;
  if (second !== undefined)
    execFileSync(program("useradd"), [...noHome, "--no-user-group", "--gid", user, second]);
  const undo = () => {
    for (const one of users.toReversed()) execFileSync(program("userdel"), [one], { stdio: "ignore" });
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    execFileSync(program("chpasswd"), [], { input: users.map((one) => `${one}:${password}\n`).join("") });
    const authorized = join(folder, "authorized_keys");
    writeFileSync(authorized, `${settings.authorizedKey ?? ""}\n`);
    // Where OpenSSH's unprivileged child lives; no unit has made it where sshd is not a service.
    mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
    const port = await freePort();
    const config = join(folder, "sshd_config");
    writeFileSync(config, configText({ port, hostKey, users, ed25519, authorized, folder, settings }));
    const server = spawn(program("sshd"), ["-D", "-e", "-f", config], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let log = "";
    server.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
    });
    const gone = new Promise<void>((resolve) => server.once("exit", () => resolve()));
    await untilListening(
      port,
      () => server.exitCode !== null,
      () => log,
    );
    return {
      ...{ port, user, password, ...fingerprintsOf(hostKey), log: () => log, folder },
      secondUser: second ?? null,
      ed25519Sha256: ed25519 === null ? null : fingerprintsOf(ed25519).hostKeySha256,
      own(path, mode = 0o755) {
        const full = join(folder, path);
        mkdirSync(full, { recursive: true });
        chmodSync(full, mode);
        const id = (flag: string) => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
        chownSync(full, id("-u"), id("-g"));
        // A folder's set-group-id goes when its owner changes.
        chmodSync(full, mode);
        return settings.isChrooted === true ? `/${path}` : full;
      },
      serve(name, bytes) {
        const path = join(served, name);
        writeFileSync(path, bytes, { mode: 0o600 });
        const id = Number(execFileSync("id", ["-u", user], { encoding: "utf8" }));
        chownSync(path, id, id);
        return path;
      },
      async close() {
        server.kill("SIGTERM");
        await gone;
        undo();
      },
    };
  } catch (error) {
    undo();
    throw error;
  }
}

function configText(about: {
  readonly port: number;
  readonly hostKey: string;
  readonly users: readonly string[];
  readonly ed25519: string | null;
  readonly authorized: string;
  readonly folder: string;
  readonly settings: OpenSshSettings;
}): string {
  const { port, hostKey, users, ed25519, authorized, folder, settings } = about;
  const known = new Set(
    ["cipher", "mac", "kex", "key-sig"].flatMap((kind) =>
      execFileSync(program("ssh"), ["-Q", kind], { encoding: "utf8" }).split("\n"),
    ),
  );
  const limits = Object.entries(algorithms).map(
    ([name, list]) => `${name} ${list.filter((one) => known.has(one)).join(",")}`,
  );
  return [
    ...[`Port ${port}`, "ListenAddress 127.0.0.1", `HostKey ${hostKey}`, "PidFile none", "UsePAM no"],
    ...["PasswordAuthentication yes", "KbdInteractiveAuthentication no"],
    ...(settings.authorizedKey === undefined
      ? ["PubkeyAuthentication no"]
      : ["PubkeyAuthentication yes", `AuthorizedKeysFile ${authorized}`]),
    ...(settings.isChrooted === true ? [`ChrootDirectory ${folder}`] : []),
    ...(ed25519 === null ? [] : [`HostKey ${ed25519}`]),
    ...[`AllowUsers ${users.join(" ")}`, "StrictModes no", "LogLevel DEBUG", "UseDNS no"],
    ...["Subsystem sftp internal-sftp", "ForceCommand internal-sftp -u 0027"],
    ...limits.map((line) =>
      ed25519 !== null ? line.replace("rsa-sha2-512", "ssh-ed25519,rsa-sha2-512") : line,
    ),
    "",
  ].join("\n");
}

function fingerprintsOf(hostKey: string): { hostKeySha256: string; hostKeyMd5: string } {
  const listed = execFileSync(program("ssh-keygen"), ["-lf", `${hostKey}.pub`], { encoding: "utf8" });
  const blob = Buffer.from(readFileSync(`${hostKey}.pub`, "utf8").split(" ")[1] ?? "", "base64");
  const md5 = createHash("md5").update(blob).digest("hex").match(/../g) ?? [];
  return { hostKeySha256: listed.split(" ")[1] ?? "", hostKeyMd5: md5.join(":") };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port: number, isGone: () => boolean, log: () => string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (isGone()) break;
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (isOpen) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`sshd does not listen: ${log()}`);
}
