// A cluster's facts as document, table, CSV and plugin line.
import { describe, expect, test } from "vitest";
import { paintWith } from "../../src/report/paint.ts";
import { renderStatusCsv } from "../../src/report/status-as-csv.ts";
import { renderStatusNagios } from "../../src/report/status-as-nagios.ts";
import { renderStatusText } from "../../src/report/status-as-text.ts";
import { clusterStatus, type StatusDocument, worstVerdict } from "../../src/report/status-document.ts";
import type { Finding } from "../../src/verdict/verdict.ts";
import {
  clusterFacts,
  deadNode,
  mixedMode,
  nodeFacts,
  servedFile,
  shownDigests,
  unreachable,
} from "./status-facts.ts";

const plain = { width: 80, paint: paintWith(false) };
const healthy: StatusDocument = { clusters: [clusterStatus(clusterFacts([nodeFacts()]), [])] };
const broken: StatusDocument = {
  clusters: [
    clusterStatus(clusterFacts([nodeFacts(), deadNode]), [mixedMode, unreachable]),
    { ...clusterStatus(clusterFacts([nodeFacts()]), []), cluster: "west" },
  ],
};

describe("the document", () => {
  test("has the interface's shape and values for the sample list of tac-03", () => {
    expect(healthy.clusters[0]).toEqual({
      cluster: "east",
      release: "10.0.1.10000-24",
      verdict: "pass",
      nodes: [
        {
          node: "pub",
          address: "10.20.0.11",
          role: "publisher",
          reachable: true,
          tftp: "started",
          itl: {
            ...shownDigests,
            lengthBytes: 5302,
            lastModified: "Wed Feb 26 10:24:27 PST 2014",
            signer: "CN=test10pub.joemar2.lab;OU=tac;O=cisco;L=rtp;ST=nc;C=US",
            signerSerial: "61:40:52:E9:1E:E9:7C:77:9B:7B:5E:81:0A:B1:46:A5",
            signedBy: "CallManager",
            records: 6,
            hasRecoveryRecord: true,
            recoverySerial: expect.stringMatching(/^[0-9A-F]{2}(:[0-9A-F]{2})+$/),
            verifiedByNode: true,
            served: { sha1: shownDigests.sha1, matchesNode: true, signatureValid: true },
          },
        },
      ],
      findings: [],
    });
  });

  test("a node that could not be read has no list and an unknown service", () => {
    expect(broken.clusters[0]?.nodes[1]).toMatchObject({ reachable: false, tftp: "unknown", itl: null });
  });

  test("a file that differs in one digest does not match", () => {
    const differing = nodeFacts({ served: servedFile({ sha1: "ff".repeat(20) }, "valid") });
    expect(clusterStatus(clusterFacts([differing]), []).nodes[0]?.itl?.served).toEqual({
      sha1: "ff".repeat(20),
      matchesNode: false,
      signatureValid: true,
    });
  });

  test("served is null where it was not fetched, its signature null where nothing can verify it", () => {
    const served = (fact: Parameters<typeof nodeFacts>[0]) =>
      clusterStatus(clusterFacts([nodeFacts(fact)]), []).nodes[0]?.itl?.served;
    expect(served({ served: { kind: "unreachable", reason: "refused" } })).toBeNull();
    expect(served({ served: null })).toBeNull();
    expect(served({ served: servedFile({}, "no-signer-certificate") })).toMatchObject({
      signatureValid: null,
    });
    expect(served({ served: servedFile({}, "invalid") })).toMatchObject({ signatureValid: false });
    expect(served({ served: { kind: "unreadable", sha1: shownDigests.sha1, reason: "cut" } })).toEqual({
      sha1: shownDigests.sha1,
      matchesNode: true,
      signatureValid: false,
    });
  });

  test("the release is told by another node where the publisher is silent", () => {
    const nodes = [
      nodeFacts({ release: null }),
      nodeFacts({ node: "sub", role: "subscriber", release: "12.5.1" }),
    ];
    expect(clusterStatus(clusterFacts(nodes), []).release).toBe("12.5.1");
  });

  test("the worst cluster decides", () => {
    expect(worstVerdict(healthy)).toBe("pass");
    const warned = clusterStatus(clusterFacts([nodeFacts()]), [mixedMode]);
    expect(worstVerdict({ clusters: [...healthy.clusters, warned] })).toBe("warn");
    expect(worstVerdict(broken)).toBe("block");
  });
});

describe("as text", () => {
  test("is a table per cluster, then its findings with advice", () => {
    const text = renderStatusText(broken, plain);
    expect(text).toMatch(/^pub +started +CallManager 61:40… +[0-9A-F]{2}:[0-9A-F]{2}… +same, valid +pass$/m);
    expect(text).toMatch(/^tftp2 +unreachable +- +- +- +block$/m);
    expect(text).toContain(
      "\nwarn   the cluster is in mixed mode [mixed-mode]\n       → Mind the CTL as well\n",
    );
    expect(text).toContain("tftp2: 10.20.0.12:22 does not answer");
    expect(text).toMatch(/^west, release 10.0.1.10000-24: pass$/m);
  });

  test("keeps to the width of the terminal, however long the names are", () => {
    const long = nodeFacts({ node: "a-very-long-node-name-that-somebody-gave.example.net" });
    const finding: Finding = { ...unreachable, node: long.node, message: "word ".repeat(60).trim() };
    const document = { clusters: [clusterStatus(clusterFacts([long]), [finding])] };
    for (const width of [60, 80, 120]) {
      const lines = renderStatusText(document, { ...plain, width }).split("\n");
      expect(lines.filter((line) => line.length > width)).toEqual([]);
    }
  });

  test("shows what a platform hid in its text instead of obeying it", () => {
    const finding: Finding = { ...unreachable, message: "\u001b[2Jgone\u009b31m", advice: "\u202eoffer" };
    const text = renderStatusText({ clusters: [clusterStatus(clusterFacts([deadNode]), [finding])] }, plain);
    expect(text).not.toMatch(/[\u001b\u009b\u202e]/);
    expect(text).toContain("\\x1b[2Jgone\\x9b31m");
  });

  test("colours only where they are wanted, and they take no room", () => {
    const colored = renderStatusText(broken, { width: 80, paint: paintWith(true) });
    expect(colored).toContain("\u001b[31mblock\u001b[39m");
    expect(colored.replace(/\u001b\[\d+m/g, "")).toBe(renderStatusText(broken, plain));
  });
});

describe("as CSV", () => {
  test("has a line per node under one heading, as many cells in each", () => {
    const lines = renderStatusCsv(broken).split("\n");
    expect(lines).toHaveLength(4);
    expect(lines[0]).toMatch(/^cluster,release,cluster_verdict,node,/);
    const cellsOf = (line: string) => line.replace(/"[^"]*"/g, "quoted").split(",").length;
    expect(lines[1]).toContain(`,${shownDigests.sha1},`);
    expect(lines[2]).toMatch(
      /,tftp2,10\.20\.0\.12,subscriber,false,unknown,,.*,node-unreachable,mixed-mode$/,
    );
    expect(new Set(lines.map(cellsOf)).size).toBe(1);
  });

  test("quotes what needs it and defuses formulas", () => {
    const names = clusterStatus(
      clusterFacts([nodeFacts({ node: 'a,"b"' }), nodeFacts({ node: "=cmd()" })]),
      [],
    );
    const csv = renderStatusCsv({ clusters: [names] });
    expect(csv).toContain('"a,""b"""');
    expect(csv).toContain(",'=cmd(),");
  });
});

describe("for Nagios", () => {
  test.each([
    ["OK", 0, healthy],
    ["WARNING", 1, { clusters: [clusterStatus(clusterFacts([nodeFacts()]), [mixedMode])] }],
    ["CRITICAL", 2, broken],
  ] as const)("%s is exit %i", (word, exit, document) => {
    const answer = renderStatusNagios(document);
    expect(answer.exit).toBe(exit);
    expect(answer.line).toMatch(new RegExp(`^ITL ${word} - [^|\\n]+ \\| [^|\\n]+$`));
  });

  test("names blocking findings first and counts everything as performance data", () => {
    expect(renderStatusNagios(broken).line).toBe(
      "ITL CRITICAL - east/tftp2 node-unreachable, east mixed-mode | clusters=2;;;0 nodes=3;;;0 unreachable=1;;0;0;3 warnings=1;0;;0 blocks=1;;0;0",
    );
  });

  test("names five findings at most", () => {
    const findings = Array.from({ length: 9 }, () => unreachable);
    const { line } = renderStatusNagios({ clusters: [clusterStatus(clusterFacts([deadNode]), findings)] });
    expect(line.match(/east\/tftp2/g)).toHaveLength(5);
    expect(line).toContain(", 4 more |");
  });
});
