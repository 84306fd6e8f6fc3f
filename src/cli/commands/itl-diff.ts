// itl diff: what changed between two lists, in terms of roles and certificates.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { OperatorError } from "../../base/errors.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext } from "../command.ts";
import { isUrl, loadBytes } from "../load-bytes.ts";

export const itlDiff: Command = {
  name: "itl diff",
  summary: "what changed between two lists, by role and certificate",
  description: [
    "Compares list A with list B: which roles were added, removed, kept or got another certificate, whether the signer changed, and whether a phone that holds A would accept B by itself.",
    "A and B are files, http URLs, or the SHA-1 of a list in the history (at least its first six digits). The exit code is 0 whatever the difference.",
  ],
  arguments: [
    { name: "<a>", description: "a path, an http URL, or a SHA-1 of the history" },
    { name: "<b>", description: "the same" },
  ],
  options: [],
  examples: [
    "itlctl itl diff before.tlv after.tlv",
    "itlctl itl diff 9d7da73c21 http://10.20.0.12:6970/ITLFile.tlv --json",
  ],
  exits: [11, 15],
  async run(context, input) {
    const [before = "", after = ""] = input.words;
    const { parseListFile } = await import("../../facts/itl-file.ts");
    const { compareLists } = await import("../../verdict/list-difference.ts");
    const read = async (named: string) => {
      const bytes = await bytesNamed(named, context);
      try {
        return { bytes, list: parseListFile(bytes) };
      } catch (error) {
        throw error instanceof OperatorError ? error.at({ file: named }) : error;
      }
    };
    const [a, b] = [await read(before), await read(after)];
    const difference = compareLists(a.list, b.list, b.bytes);
    const named = (name: string, { list }: typeof a) => ({ named: name, sha1: list.sha1, kind: list.kind });
    const document = { a: named(before, a), b: named(after, b), ...difference };
    const { renderDifferenceText } = await import("../../report/itl-difference-as-text.ts");
    await answer(context, document, (look) => renderDifferenceText(difference, { before, after }, look));
    return 0;
  },
};

/** A file of that name wins over a list of the history. */
async function bytesNamed(named: string, context: CommandContext): Promise<Buffer> {
  const isDigest = /^[0-9a-f]{6,40}$/i.test(named) && !existsSync(resolve(context.world.cwd, named));
  if (isUrl(named) || !isDigest) return loadBytes(named, context);
  const { openListHistory } = await import("../../served/list-history.ts");
  const history = openListHistory(context.settings.stateFolder);
  const found = history.digestsLike(named.toLowerCase());
  const [only] = found;
  if (only !== undefined && found.length === 1) return history.bytesOf(only);
  const problem =
    found.length === 0 ? "names no list of the history, and no file" : `names ${found.length} lists`;
  throw new OperatorError("usage", `${named} ${problem}`, {
    hint:
      found.length === 0
        ? "See the lists with `itlctl itl history CLUSTER`"
        : `Give more digits: ${found.join(", ")}`,
  });
}
