// schema inventory: the JSON Schema of inventory files, for editors.
import type { Command } from "../command.ts";

export const schemaInventory: Command = {
  name: "schema inventory",
  summary: "JSON Schema of inventory files, for editors",
  description: [
    "Prints the JSON Schema that inventory files are checked against, so that an editor can complete and check them while they are written. Rules between fields (exactly one publisher, for one) are checked by `inventory check` only.",
  ],
  arguments: [],
  options: [],
  examples: ["itlctl schema inventory > inventory.schema.json"],
  exits: [],
  async run({ output }) {
    const { inventorySchemaJson } = await import("../../inventory/inventory-schema.ts");
    output.answerJson(inventorySchemaJson());
    return 0;
  },
};
