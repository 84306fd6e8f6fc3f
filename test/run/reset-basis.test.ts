// A reset whose turn has come inside a change of certificates → what a look made now says of it, kept in the journal: its basis, or why it is not sent.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createCluster, type StagedCluster } from "../../mocks/lab/cluster-state.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { servedBytes } from "../../mocks/lab/phones.ts";
import { createMasker, Secret } from "../../src/base/secret.ts";
import type { ClusterNode } from "../../src/inventory/cluster.ts";
import type { JournalEvent } from "../../src/run/journal-entry.ts";
import type { RecoveryBasis } from "../../src/run/recovery-basis.ts";
import { resetBasis } from "../../src/run/reset-basis.ts";
import type { RunContext } from "../../src/run/step-kind.ts";
import type { FetchRequest } from "../../src/served/fetch-list.ts";
import { openListHistory } from "../../src/served/list-history.ts";
import { openSessionPool } from "../../src/session/session-pool.ts";
import { nullTranscript } from "../../src/session/transcript.ts";
import { memoryShells } from "../faults/memory-shells.ts";
import { makeLab } from "../support/lab-facts.ts";

const stranger = makeLab("12.5", { name: "west" }).publisher.servedFile;
const nodes = [{ name: "pub" }, { name: "tftp2" }, { name: "cm3", isTftp: false }];
const clock = createLabClock({ auto: { upToMs: 30_000 } });
// Nothing here changes it.
const lab: StagedCluster = createCluster(
  { name: "east", release: "12.5", nodes, phones: 0, keyBits: 1024 },
  { clock },
);
let folder: string;

beforeEach(() => {
  lab.commandLog.length = 0;
  folder = mkdtempSync(join(tmpdir(), "itlctl-reset-basis-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Given {
  readonly namedHeldList?: Buffer | null;
  readonly state?: Record<string, unknown>;
}

async function looked({ namedHeldList = null, state = {} }: Given = {}) {
  const recorded: JournalEvent[] = [];
  const account = lab.publisher.accounts[0];
  const masker = createMasker();
  const pool = openSessionPool({
    loginOf: () => ({ username: account?.username ?? "", password: new Secret(account?.password ?? "") }),
    transcriptOf: () => nullTranscript,
    ...{ masker, clock: lab.clock, parallel: 4, retryDelayMs: 0 },
    openTransport: memoryShells({ cluster: () => lab }),
  });
  const inventory = lab.nodes.map(({ name, address, role }, at) => ({
    ...{ cluster: "east", name, address, role, tftp: { port: 7000 + at } },
    ssh: { port: 22, hostKeys: [], knownHosts: null, algorithms: "modern" },
  })) as unknown as ClusterNode[];
  const context = {
    cluster: {
      name: "east",
      nodes: inventory,
      thresholds: { certificateDays: 30 },
      credentials: { ccm: null },
    },
    ...{ pool, clock: lab.clock, masker, run: "run-1", namedHeldList, remoteKey: null, openVault: null },
    history: openListHistory(folder),
    playbook: { steps: [] },
    request: { requestedKey: null, accepted: [], isUnattended: false, remoteKey: null, heldFile: null },
    journal: { entries: () => [] },
    fetchServedFile: ({ port }: FetchRequest) => {
      const node = lab.nodes[port - 7000];
      const bytes = node === undefined ? null : servedBytes(lab, node);
      return Promise.resolve(
        bytes === null ? { kind: "failed", reason: "refused" } : { kind: "fetched", bytes },
      );
    },
    state: () => ({
      ...{ work: {}, basis: null, expanded: null, changed: [], listsSeen: {}, confirmed: [] },
      ...state,
    }),
    basis: () => "the basis of before",
    record: (event: JournalEvent) => recorded.push(event),
  } as unknown as RunContext;
  try {
    return { result: await resetBasis({ id: "reset-it" }, context), recorded };
  } finally {
    await pool.closeAll();
  }
}

const writes = () => lab.commandLog.filter(({ line }) => /^(utils itl|set cert)/.test(line));

test.each([
  ["a recovery", { work: null }],
  ["a run that looked before", { basis: {} }],
])("%s has its basis, and asks nobody", async (_what, state) => {
  const { result, recorded } = await looked({ state });
  expect([result, recorded, lab.commandLog]).toEqual(["the basis of before", [], []]);
});

test("the look says that the local key does: it is the basis, and the journal has it", async () => {
  const { result, recorded } = await looked();
  expect(recorded.map(({ kind }) => kind)).toEqual(["findings", "reset-prepared"]);
  expect(recorded[1]).toEqual({ kind: "reset-prepared", step: "reset-it", basis: result });
  expect((result as RecoveryBasis).choice).toMatchObject({ key: "local" });
  expect((result as RecoveryBasis).tftpNodes).toEqual(["pub", "tftp2"]);
  expect(writes()).toEqual([]);
});

test("phones hold a list that knows no key of this cluster: the step fails, nothing is sent, and the journal says why", async () => {
  const { result, recorded } = await looked({ namedHeldList: stranger });
  if (!("error" in result)) throw new Error("it was prepared");
  const { kind, error, detail } = result;
  expect(kind).toBe("failed");
  expect(error).toMatchObject({
    ...{ code: "step-failed", place: { cluster: "east", step: "reset-it" } },
    message: expect.stringMatching(/^the reset was not sent: blocked by \S/),
    hint: expect.stringMatching(/ Then: itlctl resume run-1$/),
  });
  expect(detail).toBe(error.message);
  expect(recorded.map((event) => event.kind)).toEqual(["findings"]);
  expect(recorded[0]).toMatchObject({
    findings: expect.arrayContaining([expect.objectContaining({ severity: "block" })]),
  });
  expect(writes()).toEqual([]);
});
