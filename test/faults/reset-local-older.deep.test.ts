// utils itl reset localkey, struck at every line and question on 10.0 and 11.5: what itlctl promises holds, and the table says what came of it.
import { test } from "vitest";
import { expectTable } from "./expect-table.ts";

test("every trouble at every point of a local reset keeps its promises (older dialogue)", async () => {
  await expectTable("reset-local-older", { write: "reset", key: "local", releases: ["10.0", "11.5"] });
});
