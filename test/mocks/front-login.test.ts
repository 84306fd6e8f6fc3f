// Who may log in to the lab's SSH side, by which method and with which algorithms.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "ssh2";
import { afterEach, expect, test } from "vitest";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { closeLabs, openLab } from "./front-dialogue.ts";
import { closeFronts, logIn, openShell, openTestFront, plainNode } from "./front-client.ts";

afterEach(closeFronts);

const refusal = "All configured authentication methods failed";

test.each([
  [
    "password",
    { tryKeyboard: false },
    { password: "right", tryKeyboard: true, authHandler: ["keyboard-interactive"] },
  ],
  [
    "keyboard-interactive",
    { authHandler: ["keyboard-interactive"], tryKeyboard: true },
    { authHandler: ["password"] },
  ],
] as const)("a node may offer %s alone", async (method, good, bad) => {
  const { front } = await openTestFront({ node: plainNode({ authMethods: [method] }) });
  (await logIn(front.port, good as object)).end();
  expect(front.counts).toMatchObject({ attempts: 1, logins: 1 });
  await expect(logIn(front.port, bad as object)).rejects.toThrow(refusal);
  expect(front.counts).toMatchObject({ attempts: 1, failures: 0 });
});

test("three wrong passwords lock the account for five minutes of lab time, also for the right one", async () => {
  const clock = createLabClock();
  const { front } = await openTestFront({ clock });
  const wrong = { password: "wrong", authHandler: ["password" as const] };
  for (let attempt = 0; attempt < 3; attempt += 1)
    await expect(logIn(front.port, wrong)).rejects.toThrow(refusal);
  const right = { authHandler: ["password" as const] };
  await expect(logIn(front.port, right)).rejects.toThrow(refusal);
  (await logIn(front.port, { ...right, username: "reader" })).end();
  await clock.advance(299_000);
  await expect(logIn(front.port, right)).rejects.toThrow(refusal);
  await clock.advance(1_000);
  (await logIn(front.port, right)).end();
  expect(front.counts).toMatchObject({ attempts: 7, failures: 5, logins: 2 });
});

test("one wrong password tried by two methods costs two tries", async () => {
  const { front } = await openTestFront();
  await expect(logIn(front.port, { password: "wrong", tryKeyboard: true })).rejects.toThrow(refusal);
  expect(front.counts.failures).toBe(2);
});

test("commands without a shell, subsystems and shells without a PTY are refused", async () => {
  const { front } = await openTestFront();
  const client = await logIn(front.port);
  const failureOf = (open: (client: Client, done: (error: Error | undefined) => void) => void) =>
    new Promise((resolve) => open(client, resolve));
  expect(await failureOf((one, done) => one.exec("show itl", done))).toBeInstanceOf(Error);
  expect(await failureOf((one, done) => one.sftp(done))).toBeInstanceOf(Error);
  expect(await failureOf((one, done) => one.shell(false, done))).toBeInstanceOf(Error);
  client.end();
});

test("sessions past the limit are not opened", async () => {
  const { front, node } = await openTestFront({ node: plainNode({ sessionLimit: 2 }) });
  const first = await openShell(front.port);
  await openShell(front.port);
  await expect(openShell(front.port)).rejects.toThrow("Unable to open shell");
  expect(node.loginCounts?.openSessions).toBe(2);
  first.type("exit\r");
  await first.closed;
  await expect.poll(() => front.counts.openSessions).toBe(1);
  await openShell(front.port);
});

test("a text of the test's own may stand for the session limit", async () => {
  const lab = await openLab({ clusters: [{ name: "east", release: "12.5" }] });
  const { publisher, texts } = lab.cluster();
  publisher.ssh.sessionLimit = 0;
  const { username, password } = publisher.accounts[0] ?? { username: "", password: "" };
  const shell = await openShell(publisher.sshPort, { login: { username, password, tryKeyboard: true } });
  await shell.closed;
  expect(shell.chunks.join("")).toBe(`${texts.sessionLimit}\r\n`);
  await closeLabs();
});

test("an old release speaks only what OpenSSH 5.3 spoke", async () => {
  const { front } = await openTestFront({ node: plainNode({ algorithms: "legacy" }) });
  await expect(logIn(front.port)).rejects.toThrow("no matching key exchange algorithm");
  let negotiated: { kex: string; serverHostKey: string } | undefined;
  const client = await logIn(front.port, {
    algorithms: { kex: ["diffie-hellman-group14-sha1"], serverHostKey: ["ssh-rsa"], hmac: ["hmac-sha1"] },
    debug: (message: string) => {
      if (message.includes("Remote ident")) negotiated = { kex: message, serverHostKey: "" };
    },
  });
  expect(negotiated?.kex).toContain("OpenSSH_5.3");
  client.end();
});

test("the host key is the node's own", async () => {
  const { front, node } = await openTestFront();
  let seen = "";
  const client = await logIn(front.port, {
    hostHash: "sha256",
    hostVerifier: (hash: string) => {
      seen = `SHA256:${Buffer.from(hash, "hex").toString("base64").replace(/=+$/, "")}`;
      return true;
    },
  });
  client.end();
  expect(seen).toBe(node.ssh.hostKeySha256);
  expect(front.hostKeySha256).toBe(node.ssh.hostKeySha256);
});

test("a front that stops listening refuses and drops, and comes back on its port", async () => {
  const { front } = await openTestFront();
  const shell = await openShell(front.port);
  await front.setListening(false);
  await shell.closed;
  await expect(logIn(front.port)).rejects.toThrow("ECONNREFUSED");
  await front.setListening(true);
  (await logIn(front.port)).end();
});

test("OpenSSH's own client logs in, is shown the prompt and leaves", async () => {
  if (spawnSync("ssh", ["-V"]).error !== undefined) return console.log("not run: needs ssh");
  const { front, lines } = await openTestFront({ node: plainNode({ authMethods: ["password"] }) });
  const folder = mkdtempSync(join(tmpdir(), "itlctl-askpass-"));
  const askPass = join(folder, "askpass");
  writeFileSync(askPass, "#!/bin/sh\necho right\n", { mode: 0o700 });
  const options = [
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "GlobalKnownHostsFile=/dev/null",
  ];
  const ssh = spawn(
    "ssh",
    [
      "-tt",
      "-F",
      "none",
      "-p",
      String(front.port),
      ...options.flatMap((one) => ["-o", one]),
      "admin@127.0.0.1",
    ],
    { env: { ...process.env, SSH_ASKPASS: askPass, SSH_ASKPASS_REQUIRE: "force", DISPLAY: ":0" } },
  );
  let shown = "";
  ssh.stdout.on("data", (chunk: Buffer) => {
    const wasPrompted = shown.includes("admin:");
    shown += chunk.toString("utf8");
    if (!wasPrompted && shown.includes("admin:")) ssh.stdin.write("exit\r");
  });
  await new Promise((resolve) => ssh.on("close", resolve));
  rmSync(folder, { recursive: true });
  expect(shown).toContain("Welcome to the Platform Command Line Interface");
  expect(lines).toEqual(["exit"]);
});
