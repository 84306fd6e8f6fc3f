// itl history: the lists seen on a cluster's nodes, oldest first.
import type { ListFile } from "../../facts/list-facts.ts";
import type { ListSeen } from "../../report/itl-history-as-text.ts";
import type { Sighting } from "../../served/sighting.ts";
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";

export const itlHistory: Command = {
  name: "itl history",
  summary: "the lists seen before on a cluster's nodes",
  description: [
    "Prints every list that `status` and other commands have seen on the cluster's TFTP nodes, oldest first: when it was first and last seen, on which node, who signed it. Nothing is asked of the cluster.",
    "The SHA-1 (or its beginning) names a list for `itl diff`; the files lie under the state folder as lists/SHA1.tlv.",
  ],
  arguments: [{ name: "<cluster>", description: "a name of the inventory" }],
  options: [],
  examples: ["itlctl itl history east", "itlctl itl history east --json"],
  exits: [3, 10, 11],
  async run(context, input) {
    const { settings, output } = context;
    const [{ findCluster }, { openListHistory }, { parseListFile }, { signedBy }] = await Promise.all([
      import("../../inventory/select-nodes.ts"),
      import("../../served/list-history.ts"),
      import("../../facts/itl-file.ts"),
      import("../../verdict/signed-by.ts"),
    ]);
    const cluster = findCluster(await context.loadInventory(), input.words[0] ?? "").name;
    const history = openListHistory(settings.stateFolder);
    const damage = [...history.damage(cluster)];
    const read = (sha1: string): ListFile | null => {
      try {
        return parseListFile(history.bytesOf(sha1));
      } catch (error) {
        damage.push(error instanceof Error ? error.message : String(error));
        return null;
      }
    };
    const lists = history.sightings(cluster).map((sighting) => seen(sighting, read(sighting.sha1), signedBy));
    for (const line of damage) output.note(`warning: ${line}`);
    const { renderHistoryText } = await import("../../report/itl-history-as-text.ts");
    await answer(context, { cluster, lists }, ({ width }) => renderHistoryText(cluster, lists, width));
    return damage.length === 0 ? 0 : 3;
  },
};

function seen(
  sighting: Sighting,
  list: ListFile | null,
  signedBy: (list: ListFile) => "CallManager" | "ITLRecovery" | "other",
): ListSeen {
  return {
    node: sighting.node,
    sha1: sighting.sha1,
    firstSeenAt: sighting.firstSeenAt,
    lastSeenAt: sighting.lastSeenAt,
    sizeBytes: list?.sizeBytes ?? null,
    records: list?.records.length ?? null,
    signer: list?.header.signer.name ?? null,
    signerSerial: list?.header.signer.serial ?? null,
    signedBy: list === null ? null : signedBy(list),
  };
}
