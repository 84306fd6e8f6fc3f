// The paths of --key-file → archive keys, whose values no output shows from then on.
import { OperatorError } from "../base/errors.ts";
import type { ArchiveKey } from "../compliance/archive-key.ts";
import type { CommandContext, CommandInput } from "./command.ts";
import { loadKeyFile } from "./compliance-key-file.ts";

/** At least one; one key in two files counts once. Throws `usage` without any, `file-unreadable` for a file that holds none. */
export async function loadArchiveKeys(
  command: string,
  input: CommandInput,
  context: CommandContext,
): Promise<ArchiveKey[]> {
  const files = input.texts("keyFile");
  if (files.length === 0 || files.includes("")) {
    throw new OperatorError("usage", `${command} needs --key-file FILE, once for each key`, {
      hint: `Open the downloaded key with \`itlctl compliance open-key\`, then read \`itlctl ${command} --help\``,
    });
  }
  const [{ loadArchiveKey }, { writtenForms }] = await Promise.all([
    import("../compliance/load-archive-key.ts"),
    import("../compliance/key-text.ts"),
  ]);
  const keys: ArchiveKey[] = [];
  for (const file of files) {
    const key = loadArchiveKey((await loadKeyFile(file, context)).bytes, file);
    for (const form of writtenForms(key)) context.masker.add(form);
    const isKnown = keys.some(
      (other) => other.key.reveal() === key.key.reveal() && other.iv.reveal() === key.iv.reveal(),
    );
    if (!isKnown) keys.push(key);
  }
  return keys;
}
