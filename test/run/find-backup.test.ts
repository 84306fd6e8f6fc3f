// An id as somebody types it → the one backup that it names, or a refusal that says which there are.
import { expect, test } from "vitest";
import { findBackup } from "../../src/run/backup/find-backup.ts";
import type { StoredBackup } from "../../src/vault/vault.ts";

const kept = ["20261120T221403Z-61-aa", "20261120T221403Z-61-ab", "20261120", "20261121T2"].map((id) => ({
  stored: { path: `east/${id}`, manifest: { id } } as StoredBackup,
}));
const found = (id: string) => findBackup(kept, id).stored.manifest.id;

test.each([
  ["its whole id", "20261120T221403Z-61-ab", "20261120T221403Z-61-ab"],
  ["a beginning that only it has", "20261121", "20261121T2"],
  ["its whole id, though others begin so", "20261120", "20261120"],
])("by %s", (_what, typed, id) => expect(found(typed)).toBe(id));

test("a beginning that several have names each of them", () => {
  expect(() => found("20261120T")).toThrow(
    expect.objectContaining({
      code: "usage",
      message: '"20261120T" names 2 backups: east/20261120T221403Z-61-aa, east/20261120T221403Z-61-ab',
    }),
  );
});

test.each(["2025", "0261120", ""])("there is none %j", (typed) => {
  const one = kept.slice(0, 1);
  const refused = expect.objectContaining({
    ...{ code: "usage", message: `there is no backup ${JSON.stringify(typed)}` },
    hint: "List what is kept with `itlctl backup list`.",
  });
  expect(() => findBackup(one, typed)).toThrow(refused);
  expect(() => findBackup([], typed)).toThrow(refused);
});
