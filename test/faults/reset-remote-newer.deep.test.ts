// utils itl reset remotekey, struck at every line and question on 12.5 and 15: what itlctl promises holds, and the table says what came of it.
import { test } from "vitest";
import { expectTable } from "./expect-table.ts";

test("every trouble at every point of a remote reset keeps its promises (newer dialogue)", async () => {
  await expectTable("reset-remote-newer", { write: "reset", key: "remote", releases: ["12.5", "15"] });
});
