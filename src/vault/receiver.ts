// One delivery by the platform, or one fetch → a login made for it, an SFTP server that knows this one file, and what came of it.
import { lookup } from "node:dns/promises";
import { randomInt } from "node:crypto";
import { isIP } from "node:net";
import { OperatorError, messageOf } from "../base/errors.ts";
import { Secret } from "../base/secret.ts";
import { maxFileBytes } from "./backup-listing.ts";
import { loadPrivateKey, type PrivateKeyFile } from "./private-key.ts";
import { serveFetch } from "./receiver-fetch.ts";
import { openReceiverPort, type ReceiverClient } from "./receiver-port.ts";
import { type ReceivedFile, serveUpload } from "./receiver-upload.ts";
import type { ReceiverLimits, VaultTools } from "./vault-tools.ts";
import { recoveryKeyFile, type SftpPlace } from "./vault.ts";

/** `receiver:` of a vault in a folder. */
export interface ReceiverSettings {
  readonly address: string;
  readonly port: number;
  readonly hostKey: string;
}

/** `received` is what came so far, unfinished or not; null: nothing. */
export interface Receiver {
  readonly place: SftpPlace;
  received(): Promise<ReceivedFile | null>;
  close(): Promise<void>;
}

const defaultLimits: ReceiverLimits = { openMs: 900_000, loginMs: 30_000, silenceMs: 60_000, bindMs: 10_000 };
/** What is left of a connection after the file arrived: time for the client's last words. */
const lastWordsMs = 5_000;

/** Takes one file from `publisherAddress`, below `directory` or anywhere else in a tree that exists only here; `store` has it before the client is told that it arrived. */
export async function openReceiver(
  settings: ReceiverSettings,
  request: { readonly publisherAddress: string; readonly directory: string },
  tools: VaultTools,
  store: (path: string, bytes: Buffer) => Promise<void>,
): Promise<Receiver> {
  let lastWords: NodeJS.Timeout | undefined;
  const upload = serveUpload({ directory: request.directory, maxBytes: maxFileBytes, store, onComplete });
  const port = await openFor(settings, request, tools, upload.serve);
  function onComplete() {
    port.stopListening();
    lastWords = setTimeout(port.close, lastWordsMs);
  }
  return {
    place: port.place,
    received: () => upload.received(),
    async close() {
      clearTimeout(lastWords);
      port.close();
      // Not left to the connection's own end, which comes later than this.
      upload.letGo();
      await upload.received();
    },
  };
}

/** Hands one file out to `publisherAddress`, read-only, until it is closed or its time is over. */
export async function openFetch(
  settings: ReceiverSettings,
  request: { readonly publisherAddress: string; readonly bytes: Buffer },
  tools: VaultTools,
): Promise<{ readonly place: SftpPlace & { readonly path: string }; close(): Promise<void> }> {
  const path = `/${recoveryKeyFile}`;
  const serve: ReceiverClient["serve"] = (sftp) => serveFetch(sftp, path, request.bytes);
  const port = await openFor(settings, request, tools, serve);
  return { place: { ...port.place, path }, close: async () => port.close() };
}

async function openFor(
  settings: ReceiverSettings,
  { publisherAddress }: { readonly publisherAddress: string },
  tools: VaultTools,
  serve: ReceiverClient["serve"],
): Promise<{ readonly place: SftpPlace; stopListening(): void; close(): void }> {
  const limits = { ...defaultLimits, ...tools.receiverLimits };
  const hostKey = loadHostKey(settings.hostKey);
  const { md5, sha256 } = hostKey.publicKey;
  const [username, password] = [`itl${randomText(9)}`, new Secret(randomText(32))];
  tools.masker.add(password);
  const addresses = await addressesOf(publisherAddress);
  const client: ReceiverClient = { username, password: password.reveal(), addresses, serve };
  const port = await openReceiverPort({ ...settings, hostKey, limits }, client);
  const close = () => {
    clearTimeout(timeOver);
    tools.signal?.removeEventListener("abort", close);
    port.close();
  };
  const timeOver = setTimeout(close, limits.openMs).unref();
  tools.signal?.addEventListener("abort", close);
  if (tools.signal?.aborted === true) close();
  const place = {
    host: settings.address,
    port: port.port,
    user: username,
    password,
    hostKey: { md5, sha256 },
  };
  return { place, stopListening: port.stopListening, close };
}

/** Throws where a receiver could not be opened for want of its host key; opens nothing. */
export function checkReceiver({ hostKey }: ReceiverSettings): void {
  loadHostKey(hostKey);
}

function loadHostKey(file: string): PrivateKeyFile {
  const make = `ssh-keygen -t rsa -b 3072 -m PEM -N "" -f ${file}`;
  const hostKey = loadPrivateKey(file, "vault: receiver: hostKey:", `Make it: ${make}`);
  const { type } = hostKey.publicKey;
  if (type === "ssh-rsa") return hostKey;
  throw new OperatorError(
    "inventory-invalid",
    `vault: receiver: hostKey: ${file}: it is ${type}, and the platform accepts RSA only`,
    { hint: `Make another: ${make}-rsa`, place: { file } },
  );
}

async function addressesOf(host: string): Promise<readonly string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new OperatorError(
      "node-unreachable",
      `${host}: its address is not known here: ${messageOf(error)}`,
      {
        hint: "Write the publisher's IP address into the inventory: the receiver lets only that one in",
        cause: error,
      },
    );
  }
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const randomText = (length: number) =>
  Array.from({ length }, () => letters[randomInt(letters.length)]).join("");
