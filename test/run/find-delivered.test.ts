// What arrived with a delivery, and what was told of it → the one key, or the reason; by looks and size, never by name alone.
import { expect, test } from "vitest";
import { type DeliveredFile, findDelivered } from "../../src/run/backup/find-delivered.ts";

const der = Buffer.concat([Buffer.from([0x30, 0x82, 0x06, 0xa9]), Buffer.alloc(1705)]);
const file = (
  path: string,
  bytes: Buffer | null = der,
  sizeBytes = bytes?.length ?? 2_000_000,
): DeliveredFile => ({
  ...{ path, sizeBytes, bytes },
});

test("the one file that looks like a key is found, whatever it is called and wherever it lies", () => {
  for (const path of ["ITLRecovery.p12", "active/tftp/ITLRecovery.p12", "ITLRecovery.p12_1", "x"])
    expect(findDelivered([file(path)], 1709)).toEqual({ kind: "found", path, bytes: der });
  const log = file("transfer.log", Buffer.from("done"));
  expect(findDelivered([log, file("a/ITLRecovery.p12")], 1709)).toMatchObject({ path: "a/ITLRecovery.p12" });
  expect(findDelivered([file("x")], null).kind).toBe("found");
});

test.each<[string, readonly DeliveredFile[], number | null, RegExp]>([
  ["nothing", [], 1709, /^nothing arrived$/],
  [
    "no key",
    [file("a.log", Buffer.from("log"))],
    3,
    /no recovery key is among what arrived: a\.log \(3 bytes\)/,
  ],
  ["a log of a key", [file("a.p12.log", Buffer.from("log"))], null, /no recovery key/],
  ["a text that begins as a key", [file("a", Buffer.from("0.5 %"))], null, /no recovery key/],
  ["bytes that go on as a key", [file("a", Buffer.from([0x31, 0x82, 1, 0]))], null, /no recovery key/],
  ["a huge one without a name", [file("a", null)], null, /no recovery key .* a \(2000000 bytes\)/],
  ["two", [file("a.p12"), file("b.p12")], 1709, /^2 files arrived: a\.p12 \(1709 bytes\), b\.p12/],
  ["a huge one", [file("a.p12", null)], 1709, /too large .* a\.p12 \(2000000 bytes\)/],
  [
    "a short one",
    [file("a.p12", der.subarray(0, 800))],
    1709,
    /a\.p12 has 800 bytes, the platform told 1709/,
  ],
  ["one that is still growing", [file("a.p12", der, 3000)], null, /has 3000 bytes, only 1709 could be read/],
])("%s is no delivery, and the reason says why", (_what, files, told, why) => {
  const found = findDelivered(files, told);
  expect(found).toMatchObject({ kind: "not-found", why: expect.stringMatching(why) });
});
