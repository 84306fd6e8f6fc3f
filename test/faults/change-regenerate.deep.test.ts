// Everything that can go wrong at `set cert regen` of a change of certificates, on 11.5 and 15.
import { test } from "vitest";
import { expectChangeTable } from "./change-sweep.ts";

test("11.5 and 15", () => expectChangeTable("change-regenerate", "regenerate", ["11.5", "15"]), 7_200_000);
