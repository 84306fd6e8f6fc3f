// An SFTP account that an operator named, in; the platform's connection to it, after the question about its host key, out.
import type { LabCluster, LabNode } from "../model.ts";
import { openPlatformSftp, type PlatformSftp, type SftpLogin, SftpTrouble } from "../platform-sftp.ts";
import { fingerprintMd5, fingerprintSha256 } from "../wire/host-key.ts";
import { type CommandCall, CommandRefused } from "./command.ts";

/** `host` and `port` as typed; the lab knows where they really are. `isQuestionAsked` false accepts a first contact silently. */
export interface SftpWish {
  readonly cluster: LabCluster;
  readonly node: LabNode;
  readonly call: CommandCall;
  readonly isQuestionAsked: boolean;
  readonly login: Omit<SftpLogin, "judgeHostKey">;
}

/** Every failure, also of later calls, is a `CommandRefused` with the injected text. */
export async function logInToSftp(wish: SftpWish): Promise<PlatformSftp> {
  const { cluster, node, login } = wish;
  const place = cluster.sftpAddressOf(login.host, login.port);
  const judgeHostKey = async (key: Buffer) => {
    const seen = fingerprintSha256(key);
    const known = node.knownSftpHosts.get(login.host);
    if (known !== undefined && known !== seen) throw new CommandRefused(cluster.texts.sftpHostKeyChanged);
    if (known === undefined && wish.isQuestionAsked && !(await askAboutHost(wish, place.host, key)))
      return false;
    node.knownSftpHosts.set(login.host, seen);
    return true;
  };
  const told = <T>(work: Promise<T>) => work.catch((error: unknown) => refuse(cluster, error));
  const sftp = await told(openPlatformSftp({ ...login, ...place, judgeHostKey }));
  return {
    read: (path) => told(sftp.read(path)),
    deliver: (directory, name, bytes, midway) => told(sftp.deliver(directory, name, bytes, midway)),
    close: () => sftp.close(),
  };
}

/** Word for word as in tac-07; what a newer platform asks is not known. */
async function askAboutHost(wish: SftpWish, address: string, key: Buffer): Promise<boolean> {
  const { io } = wish.call;
  const isOld = ["10.0", "11.5"].includes(wish.cluster.profile.release);
  const style = wish.cluster.switches.sftpFingerprint ?? (isOld ? "md5" : "sha256");
  const fingerprint = style === "md5" ? fingerprintMd5(key) : fingerprintSha256(key);
  await io.print(`The authenticity of host '${wish.login.host} (${address})' can't be established.`);
  await io.print(`RSA key fingerprint is ${fingerprint}.`);
  let question = "Are you sure you want to continue connecting (yes/no)? ";
  for (;;) {
    const answer = await io.ask("host-key", question);
    if (answer === "yes" || answer === "no") return answer === "yes";
    question = "Please type 'yes' or 'no': ";
  }
}

function refuse(cluster: LabCluster, error: unknown): never {
  if (!(error instanceof SftpTrouble)) throw error;
  const texts = {
    refused: cluster.texts.sftpRefused,
    "login-failed": cluster.texts.sftpLoginFailed,
    "host-key-refused": cluster.texts.sftpRefused,
    "file-missing": cluster.texts.sftpFileMissing,
    "directory-missing": cluster.texts.sftpDirectoryMissing,
    broken: cluster.texts.sftpTransferBroken,
  };
  throw new CommandRefused(texts[error.kind]);
}
