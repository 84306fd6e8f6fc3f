// What phones will do, node by node: with the list of a reset, and at the TFTP restart after it.
import { describe, expect, test } from "vitest";
import { forecastNormal, forecastReset } from "../../src/verdict/forecast.ts";
import type { HeldList } from "../../src/verdict/held-list.ts";
import { factsOf, from12, listOf, makeLab, signerOf, upTo11, withNode } from "../support/lab-facts.ts";
import { lose, preflight, remoteOf } from "../support/preflight-of.ts";

const kinds = (forecasts: readonly { readonly node: string; readonly take: { readonly kind: string } }[]) =>
  forecasts.map(({ node, take }) => `${node} ${take.kind}`);

describe("at the TFTP restart", () => {
  test.each(upTo11)(
    "up to 11.5 (%s) each node's own CallManager signs again, also after remotekey",
    (release) => {
      const { lab, history, oldKey } = lose(release);
      const result = preflight(lab, { history, remote: remoteOf(oldKey), requestedKey: "remote" });
      expect(kinds(result.normalForecasts)).toEqual(["pub direct", "tftp2 by-tvs"]);
    },
  );

  test.each(from12)(
    "from 12.0 (%s) the ITLRecovery on the publisher signs, not what the reset was signed with",
    (release) => {
      const lab = makeLab(release);
      const named = { requestedKey: "local" } as const;
      expect(kinds(preflight(lab, named).normalForecasts)).toEqual(["pub direct", "tftp2 direct"]);
      lab.replaceCertificate(lab.publisher, "ITLRecovery");
      expect(kinds(preflight(lab, named).normalForecasts)).toEqual(["pub by-tvs", "tftp2 by-tvs"]);
    },
  );

  test("nothing is promised where the publisher's list or the normal signer's certificate was not read", () => {
    const lab = makeLab("11.5");
    const facts = factsOf(lab);
    const unread = withNode(facts, "tftp2", { certificates: {} });
    const listless = withNode(facts, "pub", { itl: null, served: null });
    const judge = (parts: typeof facts) =>
      preflight(lab, { facts: parts, requestedKey: "local" }).normalForecasts;
    expect(kinds(judge(unread))).toEqual(["pub direct", "tftp2 not"]);
    expect(kinds(judge(listless))).toEqual(["pub not", "tftp2 not"]);
    expect(judge(unread)[1]?.take.reason).toContain("could not be read");
    const alone = { ...facts, nodes: facts.nodes.filter(({ role }) => role !== "publisher") };
    const choice = {
      key: "local",
      signer: signerOf(lab, "pub", "ITLRecovery"),
      isAssumed: false,
      isRecommended: true,
      reason: "",
    } as const;
    expect(kinds(forecastNormal(alone, ["tftp2"], choice, lab.profile.version))).toEqual(["tftp2 not"]);
  });
});

test("a reset is forecast by the list of each node's own phones, and as refused where none is known", () => {
  const lab = makeLab("11.5");
  const signer = signerOf(lab, "pub", "ITLRecovery");
  const { file } = listOf(lab, "tftp2");
  const bare = { ...file, records: file.records.filter(({ serial }) => serial !== signer.serial) };
  const held = (node: string, list: typeof file): HeldList => ({
    ...{ node, file: list, bytes: "", source: "history", seenAt: null },
  });
  const forecast = (...lists: HeldList[]) => forecastReset(factsOf(lab), ["pub", "tftp2"], lists, signer);
  expect(kinds(forecast(held("pub", bare), held("tftp2", file)))).toEqual(["pub by-tvs", "tftp2 direct"]);
  expect(forecast(held("tftp2", file))).toMatchObject([
    { node: "pub", take: { kind: "not", reason: "no list is known that they could hold" }, heldSource: null },
    { node: "tftp2", take: { kind: "direct" }, heldSource: "history" },
  ]);
});
