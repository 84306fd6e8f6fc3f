// Random histories of a cluster of the lab: what its phones do is held against what is said of them.
import fc from "fast-check";
import { expect } from "vitest";
import type { StagedCluster } from "../../mocks/lab/cluster-state.ts";
import type { LabPhone, LabRelease } from "../../mocks/lab/model.ts";
import { servedBytes } from "../../mocks/lab/phones.ts";
import { serviceNames } from "../../mocks/lab/profiles.ts";
import { parseListFile } from "../../src/facts/itl-file.ts";
import { judgeTake, type Take } from "../../src/verdict/phone-trust.ts";
import { tvsViewOf } from "../../src/verdict/tvs-view.ts";
import { factsOf, makeLab } from "./lab-facts.ts";

const names = ["pub", "tftp2"] as const;

/** What can happen between two boots of the phones. */
const happening = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("regenerate" as const),
      node: fc.constantFrom(...names),
      unit: fc.constantFrom("CallManager" as const, "TVS" as const, "ITLRecovery" as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("restart" as const), node: fc.constantFrom(...names) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("reset" as const),
      key: fc.constantFrom("local" as const, "saved" as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("tvs" as const),
      node: fc.constantFrom(...names),
      isRunning: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("corrupt" as const), node: fc.constantFrom(...names) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), phone: fc.nat({ max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("rebuild" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("boot" as const), phone: fc.nat({ max: 3 }) }) },
);

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

async function carryOut(lab: StagedCluster, happened: Happening, saved: Buffer): Promise<void> {
  await lab.clock.sleep(1_000);
  switch (happened.kind) {
    case "regenerate":
      lab.replaceCertificate(
        happened.unit === "ITLRecovery" ? lab.publisher : lab.node(happened.node),
        happened.unit,
      );
      return;
    case "restart":
      return lab.restartTftp(lab.node(happened.node));
    case "reset":
      await (happened.key === "local" ? lab.resetLocalkey() : lab.resetRemotekey(saved));
      return;
    case "tvs":
      return lab.setService(
        lab.node(happened.node),
        serviceNames.tvs,
        happened.isRunning ? "STARTED" : "STOPPED",
        true,
      );
    case "corrupt":
      toggle(lab.truthFaults.corruptServed, happened.node);
      return;
    case "delete":
      phoneAt(lab, happened.phone).heldList = null;
      return;
    case "rebuild":
      return lab.rebuildPublisher();
    case "boot":
      compare(lab, phoneAt(lab, happened.phone));
  }
}

/** The phone boots; what it does is what we had said, in kind. */
function compare(lab: StagedCluster, phone: LabPhone): void {
  const offered = servedBytes(lab, lab.node(phone.tftpNode));
  if (offered === null) throw new Error("no list is served");
  const held = phone.heldList === null ? null : parseListFile(phone.heldList);
  const said = judgeTake({
    held,
    offered: { bytes: offered, file: parseListFile(offered) },
    tvs: tvsOf(lab),
  });
  const [done] = lab.bootPhones([phone.name]);
  tally[said.kind] += 1;
  expect({ said: said.kind, phone: phone.name }).toEqual({
    said: done?.accepted === "rejected" ? "not" : done?.accepted === "same" ? "direct" : done?.accepted,
    phone: phone.name,
  });
}

/** What TVS knows is every certificate of the cluster's present store, wherever its service runs. */
function tvsOf(lab: StagedCluster) {
  const store = lab.nodes.flatMap((node) => [...node.certificates.values()]);
  return {
    ...tvsViewOf(factsOf(lab)),
    storeSerials: store.map((certificate) => certificate.serial.toString("hex")),
    storeCertificates: store.map((certificate) => certificate.der.toString("base64")),
  };
}

const tally: Record<Take["kind"], number> = { first: 0, direct: 0, "by-tvs": 0, not: 0 };

/** Random histories on one release; fails where a phone of the lab does not do what was said of it. Gives how often each was said. */
export async function compareHistories(
  release: LabRelease,
  runs: { readonly numRuns: number; readonly seed?: number },
): Promise<Readonly<Record<Take["kind"], number>>> {
  for (const kind of Object.keys(tally) as Take["kind"][]) tally[kind] = 0;
  const history = fc.array(happening, { minLength: 6, maxLength: 14 });
  await fc.assert(
    fc.asyncProperty(history, fc.boolean(), async (happened, isCarried) => {
      const switches = { doesRemotekeyListCarryImportedKey: isCarried };
      const lab = makeLab(release, { nodes: names.map((name) => ({ name })), phones: 2, switches });
      const saved = lab.recoveryFile();
      for (const one of happened) await carryOut(lab, one, saved);
      for (const phone of lab.phones) compare(lab, phone);
    }),
    runs,
  );
  return tally;
}

function phoneAt(lab: StagedCluster, index: number): LabPhone {
  const phone = lab.phones[index];
  if (phone === undefined) throw new Error(`no phone ${index}`);
  return phone;
}

function toggle(set: Set<string>, name: string): void {
  if (!set.delete(name)) set.add(name);
}
