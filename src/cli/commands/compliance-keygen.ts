// compliance keygen: the operator's RSA key pair, on which the key of a message archive travels.
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import type { Secret } from "../../base/secret.ts";
import type { KeyPairDocument } from "../../report/compliance-keys-as-text.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext, CommandInput } from "../command.ts";
import { secretOfFlag } from "../secret-flag.ts";

const sizes = ["2048", "3072", "4096"] as const;

export const complianceKeygen: Command = {
  name: "compliance keygen",
  summary: "makes the key pair on which an archive key travels",
  description: [
    "Writes private_key.pem (PKCS#8, readable by its owner only) and public_key.pem into a folder, and says which of the two goes to the IM and Presence server and which never leaves. The folder is made where it is missing; a pair that is there already is never overwritten, because what was downloaded with it needs it.",
    "With --passphrase the private key is locked. Whoever loses that passphrase can download the archive key anew with another pair, but only while the server still has it.",
  ],
  arguments: [],
  options: [
    { flags: "--out <DIR>", description: "the folder for both files (needed)" },
    {
      flags: "--bits <N>",
      description: "2048 (default, as the platform's own guide), 3072 or 4096",
      choices: sizes,
    },
    { flags: "--passphrase <REF>", description: "lock the private key: env:, file:, exec: or ask:" },
  ],
  examples: [
    "itlctl compliance keygen --out archive-keys",
    "itlctl compliance keygen --out archive-keys --passphrase ask:",
  ],
  exits: [10, 11],
  async run(context, input) {
    const out = input.text("out");
    if (out === null || out === "") throw usage("compliance keygen needs --out DIR");
    const bits = sizes.find((size) => size === (input.text("bits") ?? "2048"));
    if (bits === undefined) throw usage(`--bits must be ${sizes.join(", ")}, not "${input.text("bits")}"`);
    const folder = resolve(context.world.cwd, out);
    const [{ makeKeyPair }, { refuseKnownPair, writePair }] = await Promise.all([
      import("../../compliance/key-pair.ts"),
      import("../compliance-pair-files.ts"),
    ]);
    refuseKnownPair(folder);
    const passphrase = await newPassphrase(input, context);
    const pair = await makeKeyPair(Number(bits), passphrase);
    context.signal.throwIfAborted();
    const document: KeyPairDocument = {
      ...writePair(folder, pair),
      bits: Number(bits),
      hasPassphrase: passphrase !== null,
      pairFingerprint: pair.fingerprint,
    };
    const { renderKeyPairText } = await import("../../report/compliance-keys-as-text.ts");
    await answer(context, document, (look) => renderKeyPairText(document, look));
    return 0;
  },
};

/** Typed at a terminal it is asked twice: nobody could open what a slip has locked. */
async function newPassphrase(input: CommandInput, context: CommandContext): Promise<Secret | null> {
  const first = await secretOfFlag(input, "passphrase", "new passphrase of the private key", context);
  if (first === null || !/^\s*ask:/.test(input.text("passphrase") ?? "")) return first;
  const second = await secretOfFlag(input, "passphrase", "the same passphrase once more", context);
  if (second?.reveal() === first.reveal()) return first;
  throw new OperatorError("usage", "the two passphrases are not the same; nothing was written", {
    hint: "Run the command again and type the same passphrase twice",
  });
}

function usage(message: string): OperatorError {
  return new OperatorError("usage", message, { hint: "Read `itlctl compliance keygen --help`" });
}
