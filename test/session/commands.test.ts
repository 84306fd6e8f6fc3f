// The closed sets of commands: which lines there are, and what no argument can smuggle in.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OperatorError } from "../../src/base/errors.ts";
import { Secret } from "../../src/base/secret.ts";
import * as reads from "../../src/session/read-commands.ts";
import {
  getRecoveryKeyFile,
  isWriteCommand,
  regenerateCertificate,
  resetCtlLocalkey,
  resetItlLocalkey,
  resetItlRemotekey,
  restartService,
  updateCtlFile,
} from "../../src/session/write-commands.ts";

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "nothing thrown";
  } catch (error) {
    return error instanceof OperatorError ? error.code : String(error);
  }
};

describe("read-only commands", () => {
  test("are these lines", () => {
    const lines = [
      reads.showItl(),
      reads.showCtl(),
      reads.showVersionActive(),
      reads.showStatus(),
      reads.showMyself(),
      reads.showNetworkCluster(),
      reads.utilsServiceList(),
      reads.replicationState(),
      reads.showCertListOwn(),
      reads.showCertOwn("ITLRecovery"),
      reads.runSql(" select name from device "),
      reads.fileListTftp("ITL*.p12"),
      reads.searchBackupAlarms(),
      reads.setCliPaginationOff(),
    ].map(({ line }) => line);
    expect(lines).toEqual([
      "show itl",
      "show ctl",
      "show version active",
      "show status",
      "show myself",
      "show network cluster",
      "utils service list",
      "utils dbreplication runtimestate",
      "show cert list own",
      "show cert own ITLRecovery",
      "run sql select name from device",
      "file list tftp ITL*.p12 detail",
      "file search activelog syslog/CiscoSyslog* ITLRecoveryCertBackup",
      "set cli pagination off",
    ]);
  });

  test("cannot be changed or copied", () => {
    const command = reads.showItl();
    expect(Object.isFrozen(command)).toBe(true);
    expect(reads.isReadCommand(command)).toBe(true);
    expect(reads.isReadCommand({ ...command })).toBe(false);
    expect(reads.isReadCommand(null)).toBe(false);
  });

  test.each([
    "select paramname,paramvalue from processconfig where paramname='ClusterSecurityMode'",
    "select md5hash,name from device where name='SEPA45630BBFA40'",
    "select count(*) from device where lower(name) like '%update; delete%'",
    "SELECT c.servername, tcs.name FROM certificate as c inner join certificateservicecertificatemap as m on c.pkid = m.fkcertificate",
  ])("a plain select is taken: %s", (query) => {
    expect(reads.runSql(query).line).toBe(`run sql ${query}`);
  });

  test.each([
    "delete from device",
    "select 1 from device; delete from device",
    "select name from device into temp x",
    "select name from device for update",
    "select dropeverything() from systables",
    "select sysadmin:task('x') from systables",
    "select name from device -- x",
    "select name from device { x }",
    "select name\nfrom device",
    "select name from device where name='a?'",
    "select name from device where name='a\tb'",
    "select name from device where name='a' 'b",
    "selectname from device",
    "",
  ])("anything else is refused: %j", (query) => {
    expect(codeOf(() => reads.runSql(query))).toBe("usage");
  });

  test.each(["", "-x", "a b", "a;b", "a?", "a\r", "../$(x)", "ü", "a\tb", "x".repeat(256)])(
    "an unsafe file pattern is refused: %j",
    (pattern) => {
      expect(codeOf(() => reads.fileListTftp(pattern))).toBe("usage");
    },
  );

  test("a unit that is on no record is refused", () => {
    expect(codeOf(() => reads.showCertOwn("tomcat extra"))).toBe("usage");
  });
});

describe("writes", () => {
  const sftpPassword = new Secret("s");
  const remote = (parts: object) => () =>
    resetItlRemotekey({
      ...{ host: "h", user: "u", path: "/p", sftpPassword, ccmPassword: null, hostKey: null },
      ...parts,
    });

  test("are these lines, each frozen and known", () => {
    const commands = [
      resetItlLocalkey({ ccmPassword: null }),
      remote({ host: "10.1.2.3", user: "itl-in", path: "/srv/itl/a_1.p12" })(),
      restartService("Cisco Tftp"),
      regenerateCertificate("TVS"),
      updateCtlFile(),
      resetCtlLocalkey(),
      getRecoveryKeyFile({
        ...{ host: "h", port: 22, user: "u", password: sftpPassword, directory: "/d" },
        hostKey: { md5: "", sha256: "" },
      }),
    ];
    expect(commands.map(({ line }) => line)).toEqual([
      "utils itl reset localkey",
      "utils itl reset remotekey 10.1.2.3 itl-in /srv/itl/a_1.p12",
      "utils service restart Cisco Tftp",
      "set cert regen TVS",
      "utils ctl update CTLFile",
      "utils ctl reset localkey",
      "file get tftp ITLRecovery.p12",
    ]);
    expect(commands.every((command) => Object.isFrozen(command) && isWriteCommand(command))).toBe(true);
    expect(commands.some((command) => isWriteCommand({ ...command }))).toBe(false);
  });

  test("no argument can hold anything but letters, digits and . _ / -", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 6 }),
        fc.constantFrom("host", "user", "path"),
        (text, part) => {
          const code = codeOf(remote({ [part]: text }));
          expect(code).toBe(/^[A-Za-z0-9._/][A-Za-z0-9._/-]*$/.test(text) ? "nothing thrown" : "usage");
        },
      ),
    );
  });

  test("only known services and units are touched", () => {
    expect(codeOf(() => restartService("System SSH"))).toBe("usage");
    expect(codeOf(() => regenerateCertificate("everything"))).toBe("usage");
  });
});
