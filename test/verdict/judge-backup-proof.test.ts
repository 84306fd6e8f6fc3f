// How much of a backup was proven, against how much the inventory asks for.
import { expect, test } from "vitest";
import type { BackupProof } from "../../src/vault/vault.ts";
import { isProofEnough, judgeBackupProof } from "../../src/verdict/judge-backup-proof.ts";

const proofs = ["unopened", "opened", "matched"] as const satisfies readonly BackupProof[];

test.each([
  ["unopened", [true, false, false]],
  ["opened", [true, true, false]],
  ["matched", [true, true, true]],
] as const)(
  "a file that is %s is enough where unopened, opened, matched is asked for: %j",
  (proof, expected) => {
    expect(proofs.map((required) => isProofEnough(proof, required))).toEqual(expected);
    const found = proofs.map((required) => judgeBackupProof({ id: "b1", proof, note: null }, required));
    expect(found.map(({ length }) => length === 0)).toEqual(expected);
  },
);

test("what is not enough is a warning that says how far it went, and why no further", () => {
  const [finding] = judgeBackupProof({ id: "b1", proof: "unopened", note: "wrong password" }, "matched");
  expect(finding).toMatchObject({ code: "backup-unproven", severity: "warn", node: null });
  expect(finding?.message).toBe("the backup b1 is unopened, not matched: wrong password");
  const [silent] = judgeBackupProof({ id: "b1", proof: "opened", note: null }, "matched");
  expect(silent?.message).toBe("the backup b1 is opened, not matched");
});

test("a file that nobody opened wants its password, one of another key a look at the lists", () => {
  const adviceOf = (proof: BackupProof) =>
    judgeBackupProof({ id: "b1", proof, note: null }, "matched")
      .map(({ advice }) => advice)
      .join();
  expect(adviceOf("unopened")).toMatch(/^Name the passwords/);
  expect(adviceOf("opened")).toMatch(/^Look with `itlctl status`/);
});
