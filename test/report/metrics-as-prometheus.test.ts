// The metrics file, read back by a real parser of Prometheus' text format: values, what is left out, and labels of any text.
import fc from "fast-check";
import { expect, test } from "vitest";
import { type ClusterMetrics, renderMetrics } from "../../src/report/metrics-as-prometheus.ts";
import { prometheusFamilies, prometheusSamples } from "../support/prometheus-text.ts";

const nothing: ClusterMetrics = {
  ...{ cluster: "west", lastSuccessAt: null, lastAttemptAt: null, lastBackupExit: null, isLiveKey: null },
  ...{ keyNotAfter: null, lookedAt: null, lastStatusExit: null, nodes: [], hooks: {} },
};
const everything: ClusterMetrics = {
  cluster: "east",
  lastSuccessAt: "2026-11-20T04:15:30Z",
  lastAttemptAt: "2026-11-21T04:16:00Z",
  lastBackupExit: 13,
  isLiveKey: true,
  keyNotAfter: "2031-02-03T04:05:06Z",
  lookedAt: "2026-11-21T04:15:59Z",
  lastStatusExit: 3,
  nodes: [
    { node: "pub", role: "publisher", isUp: true, listBytes: 5302 },
    { node: "sub", role: "subscriber", isUp: false, listBytes: null },
  ],
  hooks: { backupFailed: false, backupStored: true },
};

test("everything known is a sample", () => {
  expect(prometheusSamples(renderMetrics([everything], "1.2.3"))).toEqual({
    'itlctl_backup_last_success_timestamp_seconds{cluster="east"}': 1_795_148_130,
    'itlctl_backup_last_attempt_timestamp_seconds{cluster="east"}': 1_795_234_560,
    'itlctl_backup_last_exit_code{cluster="east"}': 13,
    'itlctl_backup_matches_live_key{cluster="east"}': 1,
    'itlctl_recovery_key_not_after_timestamp_seconds{cluster="east"}':
      Date.parse("2031-02-03T04:05:06Z") / 1000,
    'itlctl_look_timestamp_seconds{cluster="east"}': 1_795_234_559,
    'itlctl_status_last_exit_code{cluster="east"}': 3,
    'itlctl_node_up{cluster="east",node="pub",role="publisher"}': 1,
    'itlctl_node_up{cluster="east",node="sub",role="subscriber"}': 0,
    'itlctl_list_bytes{cluster="east",node="pub"}': 5302,
    'itlctl_hook_failed{cluster="east",hook="backupFailed"}': 0,
    'itlctl_hook_failed{cluster="east",hook="backupStored"}': 1,
    'itlctl_info{version="1.2.3"}': 1,
  });
});

test("what is not known has no sample, and a metric without samples does not stand in the file", () => {
  expect(renderMetrics([nothing], "1")).toBe(
    '# HELP itlctl_info Which itlctl wrote this.\n# TYPE itlctl_info gauge\nitlctl_info{version="1"} 1\n',
  );
  const two = prometheusFamilies(renderMetrics([everything, { ...everything, cluster: "west" }], "1"));
  expect(
    two.every(({ name, type, help }) => name.startsWith("itlctl_") && type === "GAUGE" && help !== ""),
  ).toBe(true);
  expect(new Set(two.map(({ name }) => name)).size).toBe(two.length);
});

test("labels of any text come back as they were", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 20 }), (text) => {
      const written = renderMetrics([{ ...everything, cluster: `a${text}\\n"\n\\` }], "1");
      const [family] = prometheusFamilies(written);
      expect(family?.metrics).toEqual([{ labels: { cluster: `a${text}\\n"\n\\` }, value: "1795148130" }]);
    }),
  );
});
