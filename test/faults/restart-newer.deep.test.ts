// utils service restart Cisco Tftp, struck at every line and question on 12.5 and 15: what itlctl promises holds, and the table says what came of it.
import { test } from "vitest";
import { expectTable } from "./expect-table.ts";

test("every trouble at every point of a restart keeps its promises (newer wording)", async () => {
  await expectTable("restart-newer", { write: "restart", key: "local", releases: ["12.5", "15"] });
});
