// Every error code → a call of itlctl that ends with it, or the reason why none can yet. Shared by the tests that count them.
import { createPublicKey, publicEncrypt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ErrorCode } from "../../src/base/errors.ts";
import { createKeyMaker } from "../../mocks/lab/key-maker.ts";
import { createMasker } from "../../src/base/secret.ts";
import type { Command } from "../../src/cli/command.ts";
import { openJournal } from "../../src/run/journal.ts";
import { takeLock } from "../../src/run/lock.ts";
import { changedInventory } from "../run/refusal.ts";
import { openLabVault } from "../support/lab-vault.ts";
import type { LostCluster } from "../support/lost-cluster.ts";
import { type CliResult, type CliWorld, runCli } from "../support/run-cli.ts";

/** `lost`: a cluster that lost its trust (11.5), nothing written on it yet. */
type Call = (lost: LostCluster) => Promise<CliResult>;

/** `onOwnCluster`: the call writes, so it gets a cluster that nobody else uses. */
export type Producer =
  | { readonly kind: "call"; readonly call: Call; readonly onOwnCluster?: boolean }
  | { readonly kind: "not reachable yet"; readonly why: string };

const boom: Command = {
  ...{ name: "boom", summary: "fails", description: [], arguments: [], options: [], examples: [], exits: [] },
  run: () => Promise.reject(new TypeError("planted")),
};

function recover(lost: LostCluster, flags: readonly string[] = [], world: CliWorld = {}): Promise<CliResult> {
  return lost.run(["recover", "east", "--json", "--yes", "--key", "local", ...flags], world);
}

function recoverRemotely(
  lost: LostCluster,
  change: (word: string) => string = (word) => word,
  world: CliWorld = {},
) {
  const environment = { LAB_SFTP_PASSWORD: lost.lab.sftp.password };
  return lost.run(["recover", "east", "--json", "--yes", ...lost.remoteFlags.map(change)], {
    ...world,
    environment,
  });
}

/** A state folder with one run in it that never got further than its first line. */
function stateWithRun(lost: LostCluster, name: string, playbook: string): { state: string; run: string } {
  const state = join(lost.folder, name);
  const run = "2026-01-01T00-00-00Z-east-recover";
  const folder = join(state, "runs", run);
  mkdirSync(folder, { recursive: true });
  const tools = { clock: lost.lab.clock, masker: createMasker(), isNew: true };
  const journal = openJournal(join(folder, "journal.jsonl"), tools);
  journal.append({
    ...{
      kind: "run-started",
      run,
      cluster: "east",
      playbook,
      fingerprint: "another",
      nodes: [],
      version: "0",
    },
    request: { requestedKey: "local", accepted: [], isUnattended: true, remoteKey: null, heldFile: null },
  });
  journal.close();
  return { state, run };
}

/** A recovery whose publisher does this at a command. */
async function struck(
  lost: LostCluster,
  command: RegExp,
  action: Parameters<ReturnType<LostCluster["lab"]["cluster"]>["faults"]["add"]>[0]["action"],
  world: CliWorld = {},
): Promise<CliResult> {
  const { faults } = lost.lab.cluster();
  faults.add({ node: "pub", command, at: { kind: "before" }, action, times: Infinity });
  try {
    return await recover(lost, [], world);
  } finally {
    faults.clear();
  }
}

/** A backup into a vault of its own, with something wrong in the lab. */
async function backUp(
  lost: LostCluster,
  spoil: (cluster: ReturnType<LostCluster["lab"]["cluster"]>) => unknown,
): Promise<CliResult> {
  const inventory = changedInventory(lost, (east) => {
    (east as { vault?: object }).vault = { kind: "directory", path: "vault" };
  });
  const { openVault } = openLabVault(lost.lab);
  const { switches } = lost.lab.cluster();
  spoil(lost.lab.cluster());
  try {
    const state = join(lost.folder, "state-of-backups");
    return await lost.run(["backup", "run", "east", "--json"], { inventory, openVault, state });
  } finally {
    delete switches.delivery;
  }
}

/** Does something as soon as stderr has this text. */
function when(text: string, act: () => void): CliWorld {
  let isDone = false;
  return {
    onText(stream, seen) {
      if (stream !== "stderr" || isDone || !seen.includes(text)) return;
      isDone = true;
      act();
    },
  };
}

/** Limits that the lab's clock moves through by itself. */
const quick: CliWorld = { session: { limits: { loginTimeoutMs: 20_000, silenceTimeoutMs: 5_000 } } };

const call = (produce: Call): Producer => ({ kind: "call", call: produce });
const alone = (produce: Call): Producer => ({ kind: "call", call: produce, onOwnCluster: true });
const notYet = (why: string): Producer => ({ kind: "not reachable yet", why });

export const producers: Readonly<Record<ErrorCode, Producer>> = {
  bug: call(() => runCli(["boom", "--json"], { commands: [boom] })),
  usage: call((lost) => recover(lost, ["--force"])),
  "no-terminal": call((lost) => lost.run(["recover", "east", "--json"])),
  "confirmation-mismatch": notYet(
    "recover takes a wrong name for `cancelled`, and no other command asks for one",
  ),
  "run-not-found": call((lost) => lost.run(["report", "1999", "--json"])),
  "inventory-invalid": call((lost) =>
    recover(lost, [], { inventory: lost.write("wrong.yaml", "clusters: 1\n") }),
  ),
  "playbook-invalid": call((lost) => {
    const { state, run } = stateWithRun(lost, "other-playbook", "of-another-version");
    return lost.run(["resume", run, "--json", "--yes"], { state });
  }),
  "secret-unresolved": call((lost) =>
    recover(lost, [], { environment: { LAB_EAST_PLATFORM_PASSWORD: undefined } }),
  ),
  "run-locked": call(async (lost) => {
    const lock = takeLock(join(lost.folder, "state"), "east", "somebody");
    try {
      return await recover(lost);
    } finally {
      lock.release();
    }
  }),
  "plan-changed": call((lost) => {
    const { state, run } = stateWithRun(lost, "other-plan", "itl-recovery");
    return lost.run(["resume", run, "--json", "--yes"], { state });
  }),
  "baseline-changed": alone((lost) => {
    const cluster = lost.lab.cluster();
    cluster.switches.isListRewrittenAtEveryRestart = true;
    return recover(
      lost,
      [],
      when("preflight: done", () => cluster.rebuildList(cluster.publisher)),
    );
  }),
  "journal-damaged": call((lost) => {
    const { state, run } = stateWithRun(lost, "damaged", "itl-recovery");
    writeFileSync(join(state, "runs", run, "journal.jsonl"), "{}\n");
    return lost.run(["report", run, "--json"], { state });
  }),
  "state-not-writable": call((lost) => recover(lost, [], { state: join(lost.write("a-file", ""), "state") })),
  "login-refused": call((lost) =>
    recover(lost, [], { environment: { LAB_EAST_PLATFORM_PASSWORD: "wrong" } }),
  ),
  "host-key-unknown": call((lost) => {
    const knownHosts = lost.write("known_hosts", "");
    const inventory = changedInventory(lost, ({ nodes }) => {
      for (const node of nodes) node.ssh = { port: node.ssh.port, knownHosts };
    });
    return recover(lost, [], { inventory });
  }),
  "host-key-changed": call((lost) => {
    const inventory = changedInventory(lost, ({ nodes }) => {
      for (const { ssh } of nodes) ssh.hostKeys = [`SHA256:${"A".repeat(43)}`];
    });
    return recover(lost, [], { inventory });
  }),
  "node-unreachable": call(async (lost) => {
    const cluster = lost.lab.cluster();
    await cluster.setReachable(cluster.publisher, false);
    try {
      return await recover(lost);
    } finally {
      await cluster.setReachable(cluster.publisher, true);
    }
  }),
  "session-lost": call((lost) => struck(lost, /^show version active$/, { kind: "drop" })),
  "command-timed-out": call((lost) => struck(lost, /^login$/, { kind: "stall" }, quick)),
  "vault-unreachable": call((lost) => recoverRemotely(lost, (word) => word, { remoteKeyPort: 1 })),
  "platform-refused": call((lost) =>
    backUp(lost, ({ faults }) =>
      faults.add({
        command: /^file get/,
        at: { kind: "before" },
        action: { kind: "say", text: "The moon is new" },
      }),
    ),
  ),
  "question-unexpected": call((lost) =>
    struck(lost, /^login$/, { kind: "ask", question: "New password: " }, quick),
  ),
  "text-unknown": call((lost) =>
    backUp(lost, ({ switches }) => {
      switches.delivery = "unsaid";
    }),
  ),
  "answer-not-understood": call((lost) =>
    struck(lost, /^show version active$/, { kind: "say", text: "the moon is full" }),
  ),
  "file-unreadable": call((lost) => recover(lost, ["--held", join(lost.folder, "missing.tlv")])),
  "recovery-key-unusable": call((lost) =>
    recoverRemotely(lost, (word) => word.replace("ITLRecovery.p12", "missing.p12")),
  ),
  "wrong-key": call((lost) => {
    const keys = createKeyMaker();
    const own = keys.next(2048).export({ type: "pkcs8", format: "pem" }).toString();
    const forAnother = publicEncrypt(createPublicKey(keys.next(2048)), Buffer.from("key = 00"));
    const privateKey = lost.write("private_key.pem", own);
    const encrypted = lost.write("encrypted_key.pem", forAnother.toString("base64"));
    return lost.run(["compliance", "open-key", encrypted, "--private-key", privateKey, "--json"]);
  }),
  blocked: call(async (lost) => {
    const cluster = lost.lab.cluster();
    await cluster.setReachable(cluster.node("cm3"), false);
    try {
      return await recover(lost);
    } finally {
      await cluster.setReachable(cluster.node("cm3"), true);
    }
  }),
  held: notYet("a held run has an outcome, exit 21 and no error"),
  "outcome-unknown": alone((lost) => struck(lost, /^utils itl reset/, { kind: "drop" })),
  "step-failed": alone((lost) => struck(lost, /^utils itl reset/, { kind: "say", text: "No." })),
  cancelled: call((lost) => {
    let press = () => {};
    const onStart = (pressCtrlC: () => void) => {
      press = pressCtrlC;
    };
    return recover(lost, [], { ...when("preflight: ", () => press()), onStart });
  }),
};

/** Exits without an error: the exit code and a call that ends with it. */
export const quietExits: Readonly<Record<number, Extract<Producer, { kind: "call" }>>> = {
  0: { kind: "call", call: (lost) => recover(lost, ["--dry-run"]) },
  3: {
    kind: "call",
    call: (lost) => {
      const inventory = changedInventory(lost, (east) => {
        Object.assign(east, { thresholds: { certificateDays: 36_500 } });
      });
      return recover(lost, ["--dry-run"], { inventory });
    },
  },
  21: { kind: "call", call: (lost) => recover(lost), onOwnCluster: true },
};
