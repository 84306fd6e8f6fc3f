// compliance open-key: the downloaded key of a message archive, opened with the private key of its pair.
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import type { ArchiveKey } from "../../compliance/archive-key.ts";
import type { OpenedKeyDocument } from "../../report/compliance-keys-as-text.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext } from "../command.ts";
import { loadKeyFile } from "../compliance-key-file.ts";
import { secretOfFlag } from "../secret-flag.ts";
import { refuseIfThere, writeNewFile } from "../write-new-file.ts";

export const complianceOpenKey: Command = {
  name: "compliance open-key",
  summary: "opens the downloaded key of a message archive",
  description: [
    "Opens the key that the IM and Presence server gave (Messaging > Compliance > Compliance Settings, Download Encryption Key) with the private key whose public half was pasted there, and prints fingerprints of the key and the IV. Base64 is seen and taken off by itself, wrapped or not: the manual way fails without that, with `data greater than mod len`.",
    "The values themselves go only to the file of --out, readable by its owner and never overwritten, or to the screen with --show. Keep every older key: an older archive needs it.",
  ],
  arguments: [{ name: "<encrypted-key>", description: "the file as it was downloaded" }],
  options: [
    { flags: "--private-key <PEM>", description: "the private key of the pair (needed)" },
    { flags: "--passphrase <REF>", description: "of the private key: env:, file:, exec: or ask:" },
    { flags: "--out <FILE>", description: "write key and IV there, for `compliance decrypt`" },
    { flags: "--show", description: "print key and IV" },
  ],
  examples: [
    "itlctl compliance open-key encrypted_key.pem --private-key keys/private_key.pem --out 2026-11-key.txt",
    "itlctl compliance open-key encrypted_key.pem --private-key private_key.pem --passphrase ask:",
  ],
  exits: [3, 10, 11, 15, 20],
  async run(context, input) {
    const [file = ""] = input.words;
    const privateKey = input.text("privateKey");
    if (privateKey === null || privateKey === "") {
      throw new OperatorError("usage", "compliance open-key needs --private-key PEM", {
        hint: "Read `itlctl compliance open-key --help`",
      });
    }
    const out = input.text("out");
    const outFile = out === null ? null : resolve(context.world.cwd, out);
    if (outFile !== null) refuseIfThere(outFile);
    const [{ openArchiveKey }, { isPassphraseNeeded, openPrivateKey, pairFingerprint }, { judgeOpenedKey }] =
      await Promise.all([
        import("../../compliance/open-archive-key.ts"),
        import("../../compliance/private-key.ts"),
        import("../../compliance/key-findings.ts"),
      ]);
    const encrypted = await loadKeyFile(file, context);
    const pem = await loadKeyFile(privateKey, context);
    const passphrase = isPassphraseNeeded(pem.bytes)
      ? await secretOfFlag(input, "passphrase", `passphrase of ${privateKey}`, context)
      : null;
    const key = openPrivateKey(pem.bytes, privateKey, passphrase);
    const opened = openArchiveKey({ bytes: encrypted.bytes, file }, { key, file: privateKey });
    const { archiveKey, padding, layers, characters, sizeBytes } = opened;
    const findings = judgeOpenedKey({ privateKey, mode: pem.mode, file, layers });
    const shown = await shownValues(archiveKey, input.isSet("show"), context);
    if (outFile !== null) {
      const { renderKeyText } = await import("../../compliance/key-text.ts");
      writeNewFile(outFile, renderKeyText(archiveKey));
    }
    const document: OpenedKeyDocument = {
      file,
      privateKey,
      pairFingerprint: pairFingerprint(key),
      padding,
      base64Layers: layers,
      base64Characters: characters,
      sizeBytes,
      keyFingerprint: archiveKey.keyFingerprint,
      ivFingerprint: archiveKey.ivFingerprint,
      ...shown,
      out: outFile,
      findings,
    };
    const { renderOpenedKeyText } = await import("../../report/compliance-keys-as-text.ts");
    await answer(context, document, (look) => renderOpenedKeyText(document, look));
    return findings.length === 0 ? 0 : 3;
  },
};

/** With --show the values for the document; without it nothing, and the masker hides them wherever they might get to. */
async function shownValues(
  archiveKey: ArchiveKey,
  isShown: boolean,
  { masker }: Pick<CommandContext, "masker">,
): Promise<{ key?: string; iv?: string }> {
  if (!isShown) {
    const { writtenForms } = await import("../../compliance/key-text.ts");
    for (const form of writtenForms(archiveKey)) masker.add(form);
    return {};
  }
  const [key, iv] = [archiveKey.key.reveal(), archiveKey.iv.reveal()];
  if (masker.mask(`${key} ${iv}`) !== `${key} ${iv}`) {
    throw new OperatorError("usage", "the passphrase is part of the key: printed, it would be masked", {
      hint: "Write the key to a file with --out instead of --show",
    });
  }
  return { key, iv };
}
