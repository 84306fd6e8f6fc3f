// recover, refused: whatever is wrong, the exit code is the documented one, place and hint say where and what next, and nothing is written.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type LostCluster, openLostCluster } from "../support/lost-cluster.ts";
import type { CliWorld } from "../support/run-cli.ts";
import { type Answer, changedInventory, countAttempts, expectRefused, recoverIn } from "./refusal.ts";

let lost: LostCluster;
let attempts: () => Record<string, number>;

beforeAll(async () => {
  lost = await openLostCluster("lost-trust", "11.5");
});
afterAll(() => lost.close());
beforeEach(() => {
  attempts = countAttempts(lost);
});

const recover = (flags: readonly string[], world?: CliWorld) => recoverIn(lost, flags, world);
const atMostOnce = () => Math.max(...Object.values(attempts()));
const otherKey = `SHA256:${"A".repeat(43)}`;
const wrongPassword = "Not-The-One-77";

describe("logging in", () => {
  test("another host key than the listed one is refused before a password leaves", async () => {
    const inventory = changedInventory(lost, ({ nodes }) => {
      for (const { ssh } of nodes) ssh.hostKeys = [otherKey];
    });
    const place = { cluster: "east", node: "pub", step: "preflight" };
    const { error } = expectRefused(lost, await recover([], { inventory }), {
      ...{ exit: 12, code: "host-key-changed", place },
    });
    expect(error.message).toContain(lost.lab.cluster().publisher.ssh.hostKeySha256);
    expect(attempts()).toEqual({ pub: 0, tftp2: 0, cm3: 0 });
  });

  test("a host whose key nobody knows is refused, with the line that would accept it", async () => {
    const knownHosts = lost.write("known_hosts", "");
    const inventory = changedInventory(lost, ({ nodes }) => {
      for (const node of nodes) node.ssh = { port: node.ssh.port, knownHosts };
    });
    const { error } = expectRefused(lost, await recover([], { inventory }), {
      ...{ exit: 12, code: "host-key-unknown", place: { cluster: "east", node: "pub" } },
    });
    expect(error.hint).toContain(`hostKeys: ["${lost.lab.cluster().publisher.ssh.hostKeySha256}"]`);
    expect(attempts()).toEqual({ pub: 0, tftp2: 0, cm3: 0 });
  });

  test("a wrong password is tried once, on the publisher alone, and told to nobody", async () => {
    const result = await recover([], { environment: { LAB_EAST_PLATFORM_PASSWORD: wrongPassword } });
    expectRefused(lost, result, { exit: 12, code: "login-refused", place: { cluster: "east", node: "pub" } });
    expect(attempts()).toEqual({ pub: 1, tftp2: 0, cm3: 0 });
    expect(result.stdout + result.stderr).not.toContain(wrongPassword);
  });

  test("a subscriber that refuses the login is a finding, tried once", async () => {
    const [, tftp2] = lost.lab.cluster().nodes;
    const accounts = tftp2?.accounts ?? [];
    const passwords = accounts.map(({ password }) => password);
    for (const account of accounts) account.password = "changed by somebody";
    try {
      const answer = expectRefused(lost, await recover([]), {
        ...{ exit: 20, code: "blocked", place: { cluster: "east", node: "tftp2" } },
      });
      expect(answer.findings).toContainEqual(
        expect.objectContaining({ code: "login-refused", node: "tftp2", severity: "block" }),
      );
      expect(attempts()).toEqual({ pub: 1, tftp2: 1, cm3: 1 });
    } finally {
      for (const [index, account] of accounts.entries()) account.password = passwords[index] ?? "";
    }
  });

  test("an unreachable publisher ends the run at once", async () => {
    const cluster = lost.lab.cluster();
    await cluster.setReachable(cluster.publisher, false);
    try {
      expectRefused(lost, await recover([]), {
        ...{ exit: 13, code: "node-unreachable", place: { cluster: "east", node: "pub", step: "preflight" } },
      });
      expect(attempts()).toEqual({ pub: 0, tftp2: 0, cm3: 0 });
    } finally {
      await cluster.setReachable(cluster.publisher, true);
    }
  });

  test("an unreachable subscriber blocks, until somebody accepts it", async () => {
    const cluster = lost.lab.cluster();
    await cluster.setReachable(cluster.node("cm3"), false);
    try {
      const answer = expectRefused(lost, await recover(["--key", "local"]), {
        ...{ exit: 20, code: "blocked", place: { cluster: "east", node: "cm3" } },
      });
      expect(answer.findings).toContainEqual(
        expect.objectContaining({ code: "node-unreachable", node: "cm3", severity: "block" }),
      );
      const result = await recover(["--key", "local", "--accept", "node-unreachable", "--dry-run"]);
      const planned = result.json<Answer>();
      expect(result.exit).toBe(3);
      expect(planned).toMatchObject({ run: null, outcome: "planned", error: null });
      expect(planned.plan?.preface.join("\n")).toContain("node-unreachable");
    } finally {
      await cluster.setReachable(cluster.node("cm3"), true);
    }
  });
});

test("a subscriber given as publisher blocks, whatever is accepted", async () => {
  const inventory = changedInventory(lost, ({ nodes: [pub, tftp2] }) => {
    if (pub) pub.role = "subscriber";
    if (tftp2) tftp2.role = "publisher";
  });
  for (const flags of [[], ["--accept", "publisher-mismatch"]]) {
    attempts = countAttempts(lost);
    const answer = expectRefused(lost, await recover(flags, { inventory }), { exit: 20, code: "blocked" });
    expect(answer.error.message).toContain("publisher-mismatch");
    expect(answer.findings).toContainEqual(
      expect.objectContaining({ code: "publisher-mismatch", severity: "block" }),
    );
    expect(atMostOnce()).toBe(1);
  }
});

describe("secrets", () => {
  test("a missing variable is named before any node hears of it", async () => {
    const result = await recover([], { environment: { LAB_EAST_PLATFORM_PASSWORD: undefined } });
    const { error } = expectRefused(lost, result, {
      ...{ exit: 10, code: "secret-unresolved", place: { cluster: "east" } },
    });
    expect(error.message).toContain("LAB_EAST_PLATFORM_PASSWORD");
    expect(error.place).toMatchObject({ file: lost.inventory, line: expect.any(Number) });
    expect(atMostOnce()).toBe(0);
  });

  test.each(["LAB_EAST_CCM_PASSWORD"])("a missing %s stops before the first write", async (name) => {
    const result = await recover(["--key", "local"], { environment: { [name]: undefined } });
    const { error } = expectRefused(lost, result, {
      ...{ exit: 10, code: "secret-unresolved", place: { cluster: "east", step: "preflight" } },
    });
    expect(error.message).toContain(name);
    expect(atMostOnce()).toBe(1);
  });

  test("11.5 asks for the CCM administrator: without one in the inventory nothing is sent", async () => {
    const inventory = changedInventory(lost, ({ credentials }) => {
      delete credentials.ccm;
    });
    const { error } = expectRefused(lost, await recover(["--key", "local"], { inventory }), {
      ...{ exit: 10, code: "inventory-invalid", place: { cluster: "east", file: inventory } },
    });
    expect(error.hint).toContain("credentials.ccm");
  });

  test("ask: is refused where there is no terminal", async () => {
    const inventory = changedInventory(lost, ({ credentials }) => {
      Object.assign(credentials, { platform: { username: "administrator", password: "ask:" } });
    });
    expectRefused(lost, await recover([], { inventory }), { exit: 2, code: "no-terminal" });
    expect(atMostOnce()).toBe(0);
  });
});

describe("flags", () => {
  const half = ["--remote-key", "itl@127.0.0.1:/ITLRecovery.p12"];
  test.each([
    ["an unknown finding to accept", ["--accept", "no-such-finding"]],
    ["another key than local or remote", ["--key", "both"]],
    ["a remote key without the rest", half],
    ["a remote key without the host key", [...half, "--remote-password", "env:LAB_SFTP_PASSWORD"]],
    ["a remote key without the password", [...half, "--remote-host-key", otherKey]],
    ["a fingerprint that is none", [...half, "--remote-password", "env:X", "--remote-host-key", "MD5:aa"]],
    ["a password without a remote key", ["--remote-password", "env:LAB_SFTP_PASSWORD"]],
    ["a host key without a remote key", ["--remote-host-key", otherKey]],
    ["an address that is none", ["--remote-key", "127.0.0.1/ITLRecovery.p12"]],
    ["an address with a blank", ["--remote-key", "itl@127.0.0.1:/ITL Recovery.p12"]],
    ["--key remote alone", ["--key", "remote"]],
    ["a flag nobody knows", ["--force"]],
  ])("%s is refused as usage", async (_what, flags) => {
    expectRefused(lost, await recover(flags), { exit: 2, code: "usage" });
    expect(atMostOnce()).toBe(0);
  });

  test("--key local with a remote key is refused as usage", async () => {
    const flags = lost.remoteFlags.slice(2);
    expectRefused(lost, await recover(["--key", "local", ...flags]), { exit: 2, code: "usage" });
  });

  test("a cluster that the inventory lacks is refused, and the nearest one named", async () => {
    const result = await lost.run(["recover", "eats", "--yes", "--json"]);
    const { error } = expectRefused(lost, result, { exit: 2, code: "usage" });
    expect(`${error.message} ${error.hint}`).toContain("east");
  });

  test("without a terminal and without --yes nothing begins", async () => {
    const result = await lost.run(["recover", "east", "--json"]);
    const { error } = expectRefused(lost, result, { exit: 2, code: "no-terminal" });
    expect(error.hint).toContain("--yes");
    expect(atMostOnce()).toBe(0);
  });

  test("--json at a terminal asks nothing either", async () => {
    const result = await lost.run(["recover", "east", "--json"], { terminal: ["east"] });
    expectRefused(lost, result, { exit: 2, code: "no-terminal" });
    expect(result.questions).toEqual([]);
  });

  test("a held list that is not there is refused before any login", async () => {
    const result = await recover(["--held", join(lost.folder, "missing.tlv")]);
    expectRefused(lost, result, { exit: 15, code: "file-unreadable" });
    expect(atMostOnce()).toBe(0);
  });

  test("a held list that is no list is refused", async () => {
    const result = await recover(["--held", lost.write("held.tlv", "not a list")]);
    expectRefused(lost, result, { exit: 15, code: "file-unreadable" });
  });
});

describe("the remote key", () => {
  test("another host key of its server is refused, and no password sent", async () => {
    const flags = lost.remoteFlags.map((word) => (word.startsWith("SHA256:") ? otherKey : word));
    const logins = lost.lab.sftp.logins.length;
    const { error } = expectRefused(lost, await recover(flags), { exit: 12, code: "host-key-changed" });
    expect(error.message).toContain(lost.lab.sftp.hostKeySha256);
    expect(lost.lab.sftp.logins).toHaveLength(logins);
    expect(atMostOnce()).toBe(1);
  });

  test("a wrong password is refused by its server and told to nobody", async () => {
    const result = await recover(lost.remoteFlags, { environment: { LAB_SFTP_PASSWORD: wrongPassword } });
    const { error } = expectRefused(lost, result, { exit: 12, code: "login-refused" });
    expect(error.hint).toContain("--remote-password");
    expect(result.stdout + result.stderr).not.toContain(wrongPassword);
  });

  test("a server that nobody runs is unreachable", async () => {
    const result = await recover(lost.remoteFlags, { remoteKeyPort: 1 });
    expectRefused(lost, result, { exit: 13, code: "vault-unreachable", place: { cluster: "east" } });
  });

  test.each([
    ["a missing file", "/missing.p12", null],
    ["a file that is no PKCS#12", "/notes.p12", "remember the milk\n"],
    ["half a PKCS#12", "/half.p12", Buffer.from("3082100002010330", "hex")],
  ])("%s is refused", async (_what, path, content) => {
    if (content !== null) writeFileSync(join(lost.lab.sftp.root, path), content, { mode: 0o600 });
    const flags = lost.remoteFlags.map((word) => word.replace("/ITLRecovery.p12", path));
    expectRefused(lost, await recover(flags), { exit: 16, code: "recovery-key-unusable" });
  });

  test("a key that no known password opens blocks, until somebody accepts that it is assumed", async () => {
    const inventory = changedInventory(lost, (east) => {
      delete east.recoveryKey;
      delete east.credentials.security;
    });
    const answer = expectRefused(lost, await recover(lost.remoteFlags, { inventory }), {
      ...{ exit: 20, code: "blocked" },
    });
    expect(answer.error.message).toContain("recovery-key-unopened");
    expect(answer.error.hint).toContain("--accept recovery-key-unopened");
    const accepted = ["--accept", "recovery-key-unopened", "--dry-run"];
    const result = await recover([...lost.remoteFlags, ...accepted], { inventory });
    const planned = result.json<Answer>();
    expect(result.exit).toBe(3);
    const preface = planned.plan?.preface.join("\n") ?? "";
    expect(preface).toMatch(/assumed/);
    expect(preface).toContain("recovery-key-unopened");
    expect(lost.written()).toEqual([]);
  });
});
