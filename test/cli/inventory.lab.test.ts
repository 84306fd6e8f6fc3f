// inventory check and host-keys: files alone, and one login per node on the lab.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import type { CliResult } from "../support/run-cli.ts";

let cli: LabCli;

afterEach(() => cli.close());

interface CheckDocument {
  readonly clusters: readonly {
    readonly cluster: string;
    readonly nodes: readonly {
      readonly node: string;
      readonly login: string | null;
      readonly error: { code: string } | null;
    }[];
  }[];
  readonly error: { readonly code: string; readonly hint: string; readonly place: unknown } | null;
}

function loginsOf({ json }: CliResult): string[] {
  return json<CheckDocument>().clusters.flatMap(({ cluster, nodes }) =>
    nodes.map(({ node, login, error }) => `${cluster}/${node} ${error?.code ?? login}`),
  );
}

/** The lab's inventory with something changed. */
function changed(from: string | RegExp, to: string): string {
  const text = readFileSync(cli.inventory, "utf8");
  expect(text).toMatch(from);
  return cli.write("changed.yaml", text.replace(from, to));
}

describe("inventory check", () => {
  test("without --connect asks no node, and misses no secret", async () => {
    cli = await openLabCli();
    const result = await cli.run(["inventory", "check", "--json"], {
      environment: { LAB_EAST_PLATFORM_PASSWORD: undefined },
    });
    expect(result.exit).toBe(0);
    expect(result.json()).toMatchObject({ error: null });
    expect(loginsOf(result)).toEqual(["east/pub null", "east/tftp2 null"]);
    expect(cli.attempts()).toEqual({ "east/pub": 0, "east/tftp2": 0 });
    const text = await cli.run(["inventory", "check"]);
    expect(text.stdout).toMatch(/The inventory has no problems: 1 cluster, 2 nodes\.\n$/);
  });

  test("a password too short to be masked is warned of, and never shown", async () => {
    cli = await openLabCli();
    const environment = { LAB_EAST_PLATFORM_PASSWORD: undefined, LAB_EAST_CCM_PASSWORD: "q7z" };
    const json = await cli.run(["inventory", "check", "--json"], { environment });
    expect(json.exit).toBe(0);
    expect(json.json()).toMatchObject({
      warnings: [{ cluster: "east", path: "credentials.ccm.password", hint: expect.stringMatching(/^Use /) }],
      error: null,
    });
    const text = await cli.run(["inventory", "check"], { environment });
    expect(text.exit).toBe(0);
    expect(text.stdout).toMatch(/^warning: east: credentials\.ccm\.password is too short to be masked/m);
    expect(text.stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
    const long = await cli.run(["inventory", "check", "--json"]);
    expect(long.json()).toMatchObject({ warnings: [] });
    for (const { stdout, stderr } of [json, text, long]) expect(stdout + stderr).not.toContain("q7z");
  });

  test("with --connect the platform password that was asked for is looked at too", async () => {
    cli = await openLabCli();
    const inventory = changed("env:LAB_EAST_PLATFORM_PASSWORD", '"ask:"');
    const result = await cli.run(["inventory", "check", "--connect"], {
      inventory,
      terminal: (question) => (question.type === "password" ? "zq" : ""),
    });
    expect(result.exit).toBe(12);
    expect(result.stdout).toMatch(/^warning: east: credentials\.platform\.password is too short/m);
    expect(result.questions).toHaveLength(1);
  });

  test("prints every problem with file, line, column and path, and exits 10", async () => {
    cli = await openLabCli();
    const file = cli.write(
      "bad.yaml",
      [
        "clusters:",
        "  east:",
        "    nodes:",
        "      - { name: pub, address: 10.0.0.1, role: publisher }",
        "      - { name: two words, address: 10.0.0.2, role: publisher }",
        "    credentials:",
        "      platform: { username: admin, password: swordfish-7 }",
        "    ssh: { port: 70000 }",
        "    color: blue",
        "",
      ].join("\n"),
    );
    const text = await cli.run(["inventory", "check", "--inventory", file]);
    expect(text.exit).toBe(10);
    expect(text.stderr).not.toContain("swordfish-7");
    const lines = text.stderr.split("\n").filter((line) => line.startsWith(`${file}:`));
    expect(lines.length).toBeGreaterThanOrEqual(5);
    for (const line of lines) expect(line.slice(file.length)).toMatch(/^:\d+:\d+ clusters\.east\S*: \S/);
    const json = await cli.run(["inventory", "check", "--json", "--inventory", file]);
    expect(json.exit).toBe(10);
    expect(json.json()).toMatchObject({
      error: { code: "inventory-invalid", place: { file, line: expect.any(Number) } },
    });
    expect(json.stdout).not.toContain("swordfish-7");
  });

  test("--connect logs in once to every node of every cluster", async () => {
    cli = await openLabCli({
      clusters: [
        { name: "east", release: "10.0" },
        { name: "west", release: "15" },
      ],
    });
    const result = await cli.run(["inventory", "check", "--connect", "--json"]);
    expect(result.exit).toBe(0);
    expect(loginsOf(result)).toEqual(["east/pub ok", "east/tftp2 ok", "west/pub ok", "west/tftp2 ok"]);
    expect(cli.attempts()).toEqual({ "east/pub": 1, "east/tftp2": 1, "west/pub": 1, "west/tftp2": 1 });
    expect(cli.lab.complaints).toEqual([]);
    const text = await cli.run(["inventory", "check", "--connect"]);
    expect(text.stdout).toMatch(/^ {2}pub +127\.0\.0\.1 +publisher +ok$/m);
    expect(text.stdout).toContain("4 of 4 logins work");
  });

  test("a wrong password exits 12 after one attempt at each node", async () => {
    cli = await openLabCli();
    const environment = { LAB_EAST_PLATFORM_PASSWORD: "wrong-one" };
    const result = await cli.run(["inventory", "check", "--connect", "--json"], { environment });
    expect(result.exit).toBe(12);
    expect(loginsOf(result)).toEqual(["east/pub login-refused", "east/tftp2 login-refused"]);
    expect(result.json()).toMatchObject({
      error: { code: "login-refused", place: { cluster: "east", node: "pub" } },
    });
    expect(cli.attempts()).toEqual({ "east/pub": 1, "east/tftp2": 1 });
    expect(result.stdout).not.toContain("wrong-one");
  });

  test("a changed and an unknown host key exit 12, show the fingerprint, and cost no attempt", async () => {
    cli = await openLabCli();
    const [pub, tftp2] = cli.lab.cluster().nodes;
    const other = changed(pub?.ssh.hostKeySha256 ?? "", `SHA256:${"A".repeat(43)}`);
    const result = await cli.run(["inventory", "check", "--connect", "--inventory", other]);
    expect(result.exit).toBe(12);
    expect(result.stdout).toContain("[host-key-changed]");
    expect(result.stdout.replace(/\s+/g, "")).toContain(pub?.ssh.hostKeySha256 ?? "?");
    expect(result.stdout).toMatch(/^ {2}tftp2 .* ok$/m);

    const unlisted = changed(`- ${tftp2?.ssh.hostKeySha256}`, "[]").replace(
      /hostKeys:\s+\[\]/,
      "hostKeys: []",
    );
    const unknown = await cli.run(["inventory", "check", "--connect", "--json", "--inventory", unlisted]);
    expect(unknown.exit).toBe(12);
    expect(loginsOf(unknown)).toEqual(["east/pub ok", "east/tftp2 host-key-unknown"]);
    expect(unknown.stdout).toContain(tftp2?.ssh.hostKeySha256);
    expect(cli.attempts()).toEqual({ "east/pub": 1, "east/tftp2": 1 });
  });

  test("an unreachable node exits 13, and the others are tried all the same", async () => {
    cli = await openLabCli();
    await cli.lab.cluster().setReachable(cli.lab.cluster().node("tftp2"), false);
    const result = await cli.run(["inventory", "check", "--connect", "--json"]);
    expect(result.exit).toBe(13);
    expect(loginsOf(result)).toEqual(["east/pub ok", "east/tftp2 node-unreachable"]);
    expect(result.json<CheckDocument>().error?.hint).toMatch(/^[A-Z]/);
  });

  test("a missing password exits 10 for its cluster and leaves the other's nodes to be tried", async () => {
    cli = await openLabCli({
      clusters: [
        { name: "east", release: "12.5" },
        { name: "west", release: "12.5" },
      ],
    });
    const environment = { LAB_EAST_PLATFORM_PASSWORD: undefined };
    const result = await cli.run(["inventory", "check", "--connect", "--json"], { environment });
    expect(result.exit).toBe(10);
    expect(loginsOf(result)).toEqual([
      "east/pub secret-unresolved",
      "east/tftp2 secret-unresolved",
      "west/pub ok",
      "west/tftp2 ok",
    ]);
    await cli.lab.cluster("west").setReachable(cli.lab.cluster("west").node("tftp2"), false);
    const worse = await cli.run(["inventory", "check", "--connect", "--json"], { environment });
    expect([worse.exit, worse.json<CheckDocument>().error?.code]).toEqual([13, "node-unreachable"]);
  });

  test("an ask: reference is asked once at a terminal, and refused without one before any login", async () => {
    cli = await openLabCli();
    const inventory = changed("env:LAB_EAST_PLATFORM_PASSWORD", '"ask:"');
    const password = cli.lab.environment.LAB_EAST_PLATFORM_PASSWORD ?? "";
    const refused = await cli.run(["inventory", "check", "--connect", "--inventory", inventory]);
    expect(refused.exit).toBe(2);
    expect(cli.attempts()).toEqual({ "east/pub": 0, "east/tftp2": 0 });
    const asked = await cli.run(["inventory", "check", "--connect", "--inventory", inventory], {
      terminal: [password],
    });
    expect(asked.exit).toBe(0);
    expect(asked.questions).toHaveLength(1);
  });
});

describe("inventory host-keys", () => {
  test("prints lines to paste: with them the inventory knows every node", async () => {
    cli = await openLabCli();
    const keys = cli.lab.cluster().nodes.map(({ ssh }) => ssh.hostKeySha256);
    const { exit, stdout } = await cli.run(["inventory", "host-keys", "east"]);
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ {6}hostKeys:\n {8}- "SHA256:\S+" {2}# pub ssh-\S+\n/);
    for (const key of keys) expect(stdout).toContain(`"${key}"`);

    const bare = readFileSync(cli.inventory, "utf8").replace(/\n\s+hostKeys:\n\s+- "?SHA256:\S+/g, "");
    expect(bare).not.toContain("SHA256");
    const pasted = bare.replace(/^ {4}ssh:\n/m, `    ssh:\n${stdout}`);
    const inventory = cli.write("pasted.yaml", pasted);
    const check = await cli.run(["inventory", "check", "--connect", "--inventory", inventory]);
    expect(check.stderr).toBe("");
    expect(check.exit).toBe(0);
  });

  test("sends no login, and says which keys are listed already", async () => {
    cli = await openLabCli();
    const result = await cli.run(["inventory", "host-keys", "east", "--json"], {
      environment: { LAB_EAST_PLATFORM_PASSWORD: undefined },
    });
    expect(result.json()).toMatchObject({
      cluster: "east",
      hostKeys: cli.lab.cluster().nodes.map(({ ssh }) => ssh.hostKeySha256),
      nodes: [
        { node: "pub", isListed: true, error: null },
        { node: "tftp2", isListed: true, error: null },
      ],
      error: null,
    });
    expect(cli.attempts()).toEqual({ "east/pub": 0, "east/tftp2": 0 });
  });

  test("a node that is down exits 13, and the others' keys are printed", async () => {
    cli = await openLabCli();
    await cli.lab.cluster().setReachable(cli.lab.cluster().node("tftp2"), false);
    const result = await cli.run(["inventory", "host-keys", "east"]);
    expect(result.exit).toBe(13);
    expect(result.stdout).toContain(cli.lab.cluster().publisher.ssh.hostKeySha256);
    expect(result.stderr).toMatch(/where: cluster east, node tftp2/);
  });
});
