// The name of a phone before it comes near SQL, and the three queries in their order.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { deviceName } from "../../src/phone-config/device-name.ts";
import { deviceQueries } from "../../src/phone-config/device-query.ts";
import { device, openScene, tableText } from "./scene.ts";

const usage = (typed: string): OperatorError => {
  try {
    deviceName(typed);
  } catch (error) {
    if (error instanceof OperatorError) return error;
  }
  throw new Error(`${typed} was taken`);
};

describe("the name of a phone", () => {
  test("is SEP and twelve hex digits; small letters become capitals", () => {
    expect(deviceName(device)).toBe("SEPA45630BBFA40");
    expect(deviceName("sepa45630bbfa40")).toBe("SEPA45630BBFA40");
  });

  test.each([
    "SEPA45630BBFA40' or '1'='1",
    "SEPA45630BBFA40'; drop table device --",
    "SEPA45630BBFA40' union select authenticationstring from device where name='SEPA45630BBFA40",
    "SEPA45630BBFA4",
    "SEPA45630BBFA400",
    "SEPA45630BBFA4G",
    " SEPA45630BBFA40",
    "SEPA45630BBFA40\n",
    "SEPA45630BBFA40\u0000",
    "../SEPA45630BBFA40",
    "ATAA45630BBFA40",
    "\u017fEPA45630BBFA40",
    "SEP%41%34%35%36",
    "",
  ])("%j is refused as usage", (typed) => {
    expect(usage(typed)).toMatchObject({ code: "usage" });
    expect(usage(typed).hint).toMatch(/^Give SEP/);
    // oxlint-disable-next-line no-control-regex
    expect(usage(typed).message).not.toMatch(/[\u0000-\u001f]/);
  });

  test("nothing else passes, and what passes is nothing but letters and digits", () => {
    const near = fc
      .mixedCase(fc.constant(device))
      .chain((name) =>
        fc
          .tuple(fc.nat(name.length), fc.string({ maxLength: 3, unit: "binary" }))
          .map(([at, more]) => name.slice(0, at) + more + name.slice(at)),
      );
    fc.assert(
      fc.property(fc.oneof(near, fc.string({ unit: "binary" })), (typed) => {
        try {
          expect(deviceName(typed)).toMatch(/^SEP[0-9A-F]{12}$/);
          expect(typed).toMatch(/^sep[0-9a-f]{12}$/i);
        } catch (error) {
          expect(error).toBeInstanceOf(OperatorError);
        }
      }),
    );
  });

  test("a look-alike is refused by the queries too", () => {
    expect(() => deviceQueries("x' or 'a'='a" as ReturnType<typeof deviceName>)).toThrow(OperatorError);
  });
});

test("never asks for the authentication string, which is a secret", () => {
  for (const query of deviceQueries(deviceName(device))) {
    expect(query).toMatch(/^select /);
    expect(query).not.toMatch(/authenticationstring|\*/i);
  }
});

describe("the queries", () => {
  const asked = (lines: readonly string[]) =>
    lines.filter((line) => line.startsWith("run sql")).map((line) => line.replace(/ from .*/, ""));
  const first = expect.stringContaining("tm.name as model");
  const second = expect.stringMatching(/^run sql select d\.name, sp\.name as profile/);
  const third = "run sql select md5hash,name";

  test("the first one tells everything", async () => {
    const scene = openScene();
    const { database } = await scene.look();
    expect(asked(scene.asked.lines)).toEqual([first]);
    expect(database).toMatchObject({
      ...{ kind: "row", model: "Cisco 8841", profile: "Cisco 8841 - SIP Encrypted Configuration" },
      ...{ isTftpEncrypted: true, isSipOauth: false },
      ...{ md5hash: expect.stringMatching(/^[0-9a-f]{32}$/), lscValidUntil: expect.stringMatching(/^\d+$/) },
    });
  });

  test("a release without the model is asked again without it, and that is no trouble", async () => {
    const scene = openScene({}, { switches: { deviceColumns: "no-model" } });
    const look = await scene.look();
    expect(asked(scene.asked.lines)).toEqual([first, second]);
    expect(look.database).toMatchObject({ kind: "row", model: null, isTftpEncrypted: true });
    expect(look.publisher.trouble).toEqual([]);
  });

  test("the last one is that of the document, and tells the hash alone", async () => {
    const scene = openScene({}, { switches: { deviceColumns: "hash-only" } });
    const look = await scene.look();
    expect(asked(scene.asked.lines)).toEqual([first, second, third]);
    expect(look.database).toMatchObject({ kind: "row", profile: null, isTftpEncrypted: null });
    expect(look.publisher.trouble).toEqual([]);
  });

  test("where none is understood, that is trouble of the publisher and the raw text is in it", async () => {
    const scene = openScene();
    const look = await scene.look({ answer: (line) => (line.startsWith("run sql") ? "moon" : null) });
    expect(look.database).toMatchObject({ kind: "unread", reason: expect.stringContaining("moon") });
    expect(look.publisher.trouble).toMatchObject([{ code: "answer-not-understood" }]);
  });

  test("a table without the phone is confirmed by the last one before it is believed", async () => {
    const scene = openScene({ isKnown: false });
    expect((await scene.look()).database).toMatchObject({ kind: "none" });
    expect(asked(scene.asked.lines)).toEqual([first, third]);
    const unjoined = openScene();
    const empty = "name model profile tftpencryptedflag sipoauthflag md5hash lscvaliduntil";
    const look = await unjoined.look({
      answer: (line) => (line.includes("typemodel") ? `${empty}\n${empty.replace(/\w/g, "=")}` : null),
    });
    expect(look.database).toMatchObject({ kind: "row", profile: null });
  });

  test.each([
    ["another phone", [{ name: "SEP000000000000", md5hash: "" }]],
    ["two rows", [device, device].map((name) => ({ name, md5hash: "" }))],
    ["other columns", null],
  ])("a table with %s is not believed", async (_, rows) => {
    const text = rows === null ? "moon sun\n==== ===" : tableText({ columns: ["md5hash", "name"], rows });
    const look = await openScene().look({ answer: (line) => (line.startsWith("run sql") ? text : null) });
    expect(look.database.kind).toBe("unread");
    expect(look.publisher.trouble).toHaveLength(1);
  });
});
