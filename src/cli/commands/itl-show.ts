// itl show: one list, signed file or encrypted configuration, decoded and verified.
import { OperatorError } from "../../base/errors.ts";
import type { ListFile, SignatureState } from "../../facts/list-facts.ts";
import type { TrustedByDocument } from "../../report/itl-document.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadBytes } from "../load-bytes.ts";
import { loadCertificate } from "../load-certificate.ts";

interface ReadFile {
  readonly bytes: Buffer;
  readonly list: ListFile;
}

export const itlShow: Command = {
  name: "itl show",
  summary: "decodes and verifies ITL, CTL, .sgn and .enc.sgn files",
  description: [
    "Reads a file, or fetches it over HTTP as a phone would, prints its header and records, and verifies its signature with the certificate of its signer: the one the file carries, or the one that --signer names.",
    "With --trusted-by it answers whether a phone that holds that list would accept the file by itself, without asking a Trust Verification Service; the exit code then follows that answer.",
  ],
  arguments: [{ name: "<file|url>", description: "a path, or http://HOST:6970/ITLFile.tlv" }],
  options: [
    { flags: "--trusted-by <FILE>", description: "the list that a phone holds (a path or an http URL)" },
    { flags: "--signer <PEM>", description: "the signer's certificate, where the file does not carry it" },
  ],
  examples: [
    "itlctl itl show ITLFile.tlv",
    "itlctl itl show http://10.20.0.12:6970/ITLFile.tlv --trusted-by held.tlv --json",
  ],
  exits: [3, 15, 20],
  async run(context, input) {
    const { verifyListFile } = await import("../../facts/itl-file.ts");
    const [named = ""] = input.words;
    const signer = input.text("signer");
    const certificate = signer === null ? undefined : await loadCertificate(signer, "--signer", context);
    const file = await readList(named, context);
    const heldName = input.text("trustedBy");
    const trustedBy = heldName === null ? null : await trust(heldName, file, context);
    const signature = verifyListFile(file.bytes, certificate);
    await print(named, file.list, { signature, trustedBy }, context);
    return trustedBy === null ? exitOfSignature(signature) : trustedBy.accepted ? 0 : 20;
  },
};

async function readList(named: string, context: CommandContext): Promise<ReadFile> {
  const { parseListFile } = await import("../../facts/itl-file.ts");
  const bytes = await loadBytes(named, context);
  try {
    return { bytes, list: parseListFile(bytes) };
  } catch (error) {
    throw error instanceof OperatorError ? error.at({ file: named }) : error;
  }
}

async function trust(
  heldName: string,
  offered: ReadFile,
  context: CommandContext,
): Promise<TrustedByDocument> {
  const { judgeTrustedBy } = await import("../../verdict/phone-trust.ts");
  const held = await readList(heldName, context);
  const judged = judgeTrustedBy(held.list, { bytes: offered.bytes, file: offered.list });
  return { file: heldName, accepted: judged.accepted, reason: judged.reason };
}

async function print(
  named: string,
  list: ListFile,
  judged: { signature: SignatureState; trustedBy: TrustedByDocument | null },
  context: CommandContext,
): Promise<void> {
  const { itlDocument } = await import("../../report/itl-document.ts");
  const document = itlDocument(named, list, judged);
  const { renderItlText } = await import("../../report/itl-as-text.ts");
  await answer(context, document, (look) => renderItlText(document, look));
}

function exitOfSignature(signature: SignatureState): number {
  return signature === "valid" ? 0 : signature === "invalid" ? 20 : 3;
}
