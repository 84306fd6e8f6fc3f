// Everything that can go wrong at `utils service restart Cisco Tftp` of a change of certificates, on 11.5 and 15.
import { test } from "vitest";
import { expectChangeTable } from "./change-sweep.ts";

test(
  "11.5 and 15",
  () => expectChangeTable("change-restart-tftp", "restart-tftp", ["11.5", "15"]),
  7_200_000,
);
