// Command line in, the speed of itlctl as tables or JSON out: `npm run bench -- [--quick] [--json] [--write] [--repeats N] [--tool FILE]`.
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { BenchResult, SweepResult } from "./bench-result.ts";
import { type BackupWish, measureBackup } from "./backup.ts";
import { type ComplianceWish, measureCompliance } from "./compliance.ts";
import { openLabChild } from "./lab-child.ts";
import { renderPerformance, withTables } from "./performance-page.ts";
import { measureHold } from "./hold.ts";
import { measureRates } from "./rates.ts";
import { measureRecovery } from "./recovery.ts";
import { measureStartUp } from "./start-up.ts";
import { measureSweep } from "./sweep.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    repeats: { type: "string", default: "3" },
    tool: { type: "string", default: fileURLToPath(new URL("../dist/bin.js", import.meta.url)) },
  },
});

interface Sizes {
  readonly promptMs: number;
  readonly answerMs: number;
  readonly sweeps: readonly {
    readonly nodes: number;
    readonly parallel: number;
    readonly withOpenSsh: boolean;
  }[];
  readonly repeats: number;
  readonly backup: Omit<BackupWish, "tool" | "repeats">;
  readonly compliance: Omit<ComplianceWish, "tool" | "repeats">;
  readonly holdMs: number;
  readonly startUps: number;
  readonly ratesForMs: number;
}

const whole: Sizes = {
  promptMs: 2_000,
  answerMs: 500,
  sweeps: [
    { nodes: 60, parallel: 60, withOpenSsh: true },
    { nodes: 60, parallel: 16, withOpenSsh: true },
    { nodes: 500, parallel: 64, withOpenSsh: false },
  ],
  backup: { clusters: 50, promptMs: 5_000, answerMs: 1_000, slowestTimes: 2 },
  compliance: { bytes: 1_000_000_000, distinctBytes: 32_000_000, sample: 300 },
  repeats: Number(values.repeats),
  holdMs: 15_000,
  startUps: 15,
  ratesForMs: 1_000,
};

/** Proves that the bench works; its numbers say little. */
const quick: Sizes = {
  promptMs: 20,
  answerMs: 5,
  sweeps: [
    { nodes: 6, parallel: 6, withOpenSsh: true },
    { nodes: 6, parallel: 2, withOpenSsh: false },
  ],
  backup: { clusters: 3, promptMs: 20, answerMs: 5, slowestTimes: 2 },
  compliance: { bytes: 3_000_000, distinctBytes: 1_000_000, sample: 5 },
  repeats: 1,
  holdMs: 5_000,
  startUps: 1,
  ratesForMs: 20,
};

const page = fileURLToPath(new URL("../docs/performance.md", import.meta.url));
const sizes = values.quick ? quick : whole;
const result = await measure(sizes);
process.stdout.write(values.json ? `${JSON.stringify(result, null, 2)}\n` : renderPerformance(result));
if (values.write) writeFileSync(page, withTables(readFileSync(page, "utf8"), result));

async function measure({ promptMs, answerMs, ...wanted }: Sizes): Promise<BenchResult> {
  const tool = toolCommand(resolve(values.tool));
  const startUp = await measureStartUp(tool, wanted.startUps);
  tell(`start-up: ${startUp.ownMs.toFixed(0)} ms over bare Node`);
  const rates = await measureRates(wanted.ratesForMs);
  const recovery = await measureRecovery(tool, wanted.repeats);
  tell(`recovery: ${recovery.wallMs.toFixed(0)} ms`);
  const backup = await measureBackup({ tool, repeats: wanted.repeats, ...wanted.backup });
  tell(
    `backup: own share ${backup.ownMs.toFixed(0)} ms; side by side ${backup.toAlone.toFixed(2)} x the slowest`,
  );
  const compliance = await measureCompliance({ tool, repeats: wanted.repeats, ...wanted.compliance });
  tell(
    `compliance: ${compliance.megabytesPerSecond.toFixed(0)} MB/s, ${compliance.toCopy.toFixed(1)} x a copy, ${compliance.peakMiB?.toFixed(0)} MiB`,
  );
  const hold = await measureHold(tool, wanted.holdMs);
  tell(`hold: overshoot ${hold.overshootMs.toFixed(0)} ms`);
  const sweeps: SweepResult[] = [];
  for (const { nodes, parallel, withOpenSsh } of wanted.sweeps) {
    const lab = await openLabChild({ nodes, scenario: null, promptMs, answerMs });
    try {
      const { repeats } = wanted;
      const wish = { tool, nodes, parallel, promptMs, answerMs, repeats, withOpenSsh };
      const sweep = await measureSweep(lab, wish);
      sweeps.push(sweep);
      tell(
        `${nodes} nodes, ${parallel} at once: ${sweep.toFloor.toFixed(2)} x floor, ${sweep.toBare.toFixed(2)} x ssh2`,
      );
    } finally {
      lab.close();
    }
  }
  const words = process.argv.slice(2).join(" ");
  return {
    at: new Date().toISOString().slice(0, 10),
    command: `npm run bench${words === "" ? "" : ` -- ${words}`}`,
    machine: machine(),
    ...{ promptMs, answerMs, sweeps, startUp, recovery, backup, compliance, hold, rates },
  };
}

/** A `.ts` file is run by tsx, for a quick look without a build. */
function toolCommand(file: string): readonly string[] {
  return file.endsWith(".ts") ? [process.execPath, "--import", "tsx", file] : [process.execPath, file];
}

function machine(): string {
  const all = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${all.length} x ${all[0]?.model.trim() ?? "unknown processor"}, ${memory}, ${type()} ${release().split("-")[0]}, Node ${process.version}`;
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
