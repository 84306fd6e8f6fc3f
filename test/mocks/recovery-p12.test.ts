// ITLRecovery.p12 of the lab: a PKCS#12 that others can open, in the old and in the new cipher.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createCluster } from "../../mocks/lab/cluster-state.ts";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import { openRecoveryP12 } from "../../mocks/lab/recovery-p12.ts";
import { needs } from "../support/needs.ts";

const open = (release: "10.0" | "15") =>
  createCluster({ name: "east", release }, { clock: createLabClock() });
const oids = { "3des": "2a864886f70d010c0103", aes256: "60864801650304012a" };

describe.each([["10.0", "3des"] as const, ["15", "aes256"] as const])("on release %s", (release, cipher) => {
  const cluster = open(release);
  const file = cluster.recoveryFile();
  const certificate = cluster.publisher.certificates.get("ITLRecovery");

  it(`is encrypted with ${cipher} and gives back the same certificate and key`, () => {
    const other = cipher === "3des" ? "aes256" : "3des";
    expect([file.toString("hex").includes(oids[cipher]), file.toString("hex").includes(oids[other])]).toEqual(
      [true, false],
    );
    const back = openRecoveryP12(file, cluster.recoveryPassphrase());
    expect(back?.der).toEqual(certificate?.der);
    expect(back?.serial).toEqual(certificate?.serial);
    expect(back?.digest).toBe(certificate?.digest);
    expect(openRecoveryP12(file, "wrong")).toBeNull();
  });

  it.runIf(needs("openssl"))("is opened by openssl", () => {
    const folder = mkdtempSync(join(tmpdir(), "itl-p12-"));
    try {
      writeFileSync(join(folder, "key.p12"), file);
      const said = execFileSync(
        "openssl",
        [
          "pkcs12",
          "-in",
          join(folder, "key.p12"),
          "-nodes",
          "-passin",
          `pass:${cluster.recoveryPassphrase()}`,
        ],
        { encoding: "utf8" },
      );
      expect(said).toContain("ITLRECOVERY_pub.lab.example.net");
      expect(said).toContain("PRIVATE KEY");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

it("stays the same file until the key or the security password changes", () => {
  const cluster = open("15");
  const first = cluster.recoveryFile();
  expect(cluster.recoveryFile()).toBe(first);
  cluster.securityPassword = "another";
  const second = cluster.recoveryFile();
  expect(second).not.toEqual(first);
  cluster.replaceCertificate(cluster.publisher, "ITLRecovery");
  expect(openRecoveryP12(cluster.recoveryFile(), cluster.recoveryPassphrase())?.der).not.toEqual(
    openRecoveryP12(second, cluster.recoveryPassphrase())?.der,
  );
});

it.runIf(needs("openssl")).each([
  ["rc2-40", "pbeWithSHA1And40BitRC2-CBC"],
  ["3des", "pbeWithSHA1And3-KeyTripleDES-CBC"],
  ["aes128", "AES-128-CBC"],
  ["aes192", "AES-192-CBC"],
  ["aes256", "AES-256-CBC"],
] as const)("with the switch %s it is locked so, and openssl opens it", (cipher, named) => {
  const cluster = open("10.0");
  cluster.switches.p12Cipher = cipher;
  const file = cluster.recoveryFile();
  const words = ["pkcs12", "-info", "-nodes", "-legacy", "-passin", `pass:${cluster.recoveryPassphrase()}`];
  const { stdout, stderr } = spawnSync("openssl", words, { input: file, encoding: "utf8" });
  expect(stderr).toContain(named);
  expect(stdout).toContain("PRIVATE KEY");
  expect(stdout).toContain("BEGIN CERTIFICATE");
  expect(openRecoveryP12(file, cluster.recoveryPassphrase())?.der).toEqual(
    cluster.publisher.certificates.get("ITLRecovery")?.der,
  );
});
