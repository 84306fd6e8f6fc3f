// utils service restart Cisco Tftp, struck at every line and question on 10.0 and 11.5: what itlctl promises holds, and the table says what came of it.
import { test } from "vitest";
import { expectTable } from "./expect-table.ts";

test("every trouble at every point of a restart keeps its promises (older wording)", async () => {
  await expectTable("restart-older", { write: "restart", key: "local", releases: ["10.0", "11.5"] });
});
