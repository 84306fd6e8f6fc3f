// phone-config show: one configuration file of a phone, decoded, verified, and with the phone's key decrypted.
import type { KeyObject } from "node:crypto";
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import type { ListFile } from "../../facts/list-facts.ts";
import type { ConfigSignature } from "../../phone-config/judge-config-signature.ts";
import type { ConfigContent } from "../../phone-config/read-config.ts";
import type { ConfigFile } from "../../phone-config/signed-config.ts";
import type { PhoneConfigShowDocument } from "../../report/phone-config-show-document.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext, CommandInput } from "../command.ts";
import { isUrl, loadBytes } from "../load-bytes.ts";
import { loadCertificate } from "../load-certificate.ts";
import { secretOfFlag } from "../secret-flag.ts";
import { refuseIfThere, writeNewFile } from "../write-new-file.ts";

export const phoneConfigShow: Command = {
  name: "phone-config show",
  summary: "decodes and verifies one configuration file of a phone, and decrypts it",
  description: [
    "Reads a .cnf.xml.sgn, .cnf.xml.enc.sgn or plain XML file, or fetches it over HTTP as a phone would. It says whether the file is partial, full or encrypted, who signed it, what it says of encryption and CAPF, and prints the XML with every password, PIN and key hidden.",
    "The signature is verified with the certificate that --signer names, or as a phone does it: by the TFTP record of the list that --trusted-by names. An encrypted file is opened with the phone's private key.",
    "--out writes the whole clear XML, nothing hidden, to a new file that only its owner can read.",
  ],
  arguments: [{ name: "<file|url>", description: "a path, or http://HOST:6970/SEP....cnf.xml.sgn" }],
  options: [
    { flags: "--signer <PEM>", description: "the signer's certificate: CallManager of the TFTP node" },
    { flags: "--trusted-by <ITL>", description: "the list that the phone holds (a path or an http URL)" },
    { flags: "--phone-key <PEM>", description: "the phone's private key, for an encrypted file" },
    { flags: "--passphrase <REF>", description: "what opens that key: env:, file:, exec: or ask:" },
    { flags: "--out <FILE>", description: "write the clear XML here, passwords and all" },
  ],
  examples: [
    "itlctl phone-config show SEPA45630BBFA40.cnf.xml.sgn --trusted-by ITLFile.tlv",
    "itlctl phone-config show http://10.20.0.12:6970/SEPA45630BBFA40.cnf.xml.enc.sgn --json",
    "itlctl phone-config show SEPA45630BBFA40.cnf.xml.enc.sgn --phone-key phone.pem --passphrase ask:",
  ],
  exits: [3, 10, 11, 15, 20],
  async run(context, input) {
    const [named = ""] = input.words;
    const out = outOf(input, context);
    const [{ parseConfigFile }, { judgeConfigSignature }] = await Promise.all([
      import("../../phone-config/signed-config.ts"),
      import("../../phone-config/judge-config-signature.ts"),
    ]);
    const signerName = input.text("signer");
    const signer = signerName === null ? null : await loadCertificate(signerName, "--signer", context);
    const heldName = input.text("trustedBy");
    const held = heldName === null ? null : await loadHeldList(heldName, context);
    const phoneKey = await loadPhoneKey(input, context);
    const bytes = await loadBytes(named, context);
    const file = nameFile(named, () => parseConfigFile(bytes));
    const judged = judgeConfigSignature(file, { signer, held });
    const content = await contentOf(named, file, phoneKey, judged);
    if (out !== null) writeClear(out, content);
    const { phoneConfigShowDocument } = await import("../../report/phone-config-show-document.ts");
    const document = phoneConfigShowDocument({ named, file, content, judged, heldName, out });
    const { renderPhoneConfigShowText } = await import("../../report/phone-config-show-as-text.ts");
    await answer(context, spoken(document, context), (look) => renderPhoneConfigShowText(document, look));
    return exitOf(judged);
  },
};

function outOf(input: CommandInput, context: CommandContext): string | null {
  const out = input.text("out");
  if (out === null) return null;
  const file = resolve(context.world.cwd, out);
  refuseIfThere(file);
  return file;
}

async function loadHeldList(heldName: string, context: CommandContext): Promise<ListFile> {
  const { parseListFile } = await import("../../facts/itl-file.ts");
  const bytes = await loadBytes(heldName, context);
  const list = nameFile(heldName, () => parseListFile(bytes));
  if (list.kind === "itl" || list.kind === "ctl") return list;
  throw new OperatorError("file-unreadable", "the file for --trusted-by is no ITL or CTL", {
    hint: "Give --trusted-by the ITLFile.tlv or CTLFile.tlv that the phone holds",
    place: { file: heldName },
  });
}

async function loadPhoneKey(input: CommandInput, context: CommandContext): Promise<KeyObject | null> {
  const path = input.text("phoneKey");
  if (path === null) {
    if (input.text("passphrase") === null) return null;
    throw usage("--passphrase goes with --phone-key");
  }
  if (isUrl(path)) throw usage("--phone-key must be a file: a private key does not travel over HTTP");
  const bytes = await loadBytes(path, context);
  const passphrase = await secretOfFlag(input, "passphrase", "passphrase of the phone's key", context);
  const { parsePhoneKey } = await import("../../phone-config/phone-key.ts");
  return nameFile(path, () => parsePhoneKey(bytes, passphrase));
}

async function contentOf(
  named: string,
  file: ConfigFile,
  phoneKey: KeyObject | null,
  { signature }: ConfigSignature,
): Promise<ConfigContent> {
  const { readConfig } = await import("../../phone-config/read-config.ts");
  try {
    return readConfig(file, phoneKey);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    if (signature !== "invalid") throw error.at({ file: named });
    throw new OperatorError(error.code, `${error.message}; its signature does not verify either`, {
      hint: "Fetch the file again: this copy was changed after it was signed.",
      place: { file: named },
    });
  }
}

function writeClear(out: string, { clear }: ConfigContent): void {
  if (clear === null)
    throw usage("there is nothing to write: the file is encrypted, and --out needs --phone-key");
  writeNewFile(out, clear.xml);
}

/** Lines that are read out leave bullets away, and a password must not sound like none. */
function spoken(document: PhoneConfigShowDocument, { settings }: CommandContext): PhoneConfigShowDocument {
  if (settings.isJson || !settings.isPlain) return document;
  return { ...document, xml: document.xml?.replaceAll("••••", "(hidden)") ?? null };
}

/** An error of this reading names the file that was read. */
function nameFile<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof OperatorError ? error.at({ file }) : error;
  }
}

/** 0: verified, and taken by the phone where that was asked; 3: cannot be told; 20: invalid or not taken. */
function exitOf({ signature, trust }: ConfigSignature): number {
  if (signature === "invalid" || trust?.accepted === false) return 20;
  if (trust !== null) return trust.accepted === true ? 0 : 3;
  return signature === "valid" ? 0 : 3;
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, { hint: "Read `itlctl phone-config show --help`" });
}
