// A story and a release → a lab in real time on loopback whose cluster lost its trust, and the built tool run against it as a process.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import type { LabRelease } from "../../mocks/lab/model.ts";
import { loadScenario, playSteps } from "../../mocks/lab/scenarios.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { openListHistory } from "../../src/served/list-history.ts";

const program =
  process.env["ITLCTL_TEST_PROGRAM"] ?? fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const preload = fileURLToPath(new URL("preload.mjs", import.meta.url));
const leftAlone = ["PATH", "NODE_COMPILE_CACHE", "NODE_V8_COVERAGE"] as const;

/** Where a process is killed: at the nth line it writes to the journal, or at the nth it hears from a platform. */
export interface Kill {
  readonly place: "after" | "unflushed" | "torn" | "heard";
  readonly at: number;
}

export interface ToolEnd {
  readonly exit: number | null;
  readonly wasKilled: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** The one JSON document. Throws, with both streams, where there is none. */
  document(): RunDocument;
}

/** A tool under way; `kill` sends SIGKILL. */
export interface RunningTool {
  readonly end: Promise<ToolEnd>;
  kill(): void;
}

export interface ToolWorld {
  readonly lab: Lab;
  readonly state: string;
  readonly recoverArguments: readonly string[];
  start(args: readonly string[], kill?: Kill | null): RunningTool;
  run(args: readonly string[], kill?: Kill | null): Promise<ToolEnd>;
  /** The tool's clock goes ahead from now on; the lab's does not. */
  shiftClock(ms: number): void;
  /** Whole lines of the run's journal; 0 where there is none. */
  journalLines(): number;
  /** The first run's journal. */
  journal(): string;
  /** Runs whose journal has a first line. */
  runIds(): string[];
  /** The tool's clock, in ms. */
  now(): number;
  /** Every byte below the state folder that looks like one of the lab's passwords; empty is right. */
  leaks(): string[];
  close(): Promise<void>;
}

/** `key` remote: the recovery key lies on the lab's SFTP server. */
export async function openToolWorld(release: LabRelease, key: "local" | "remote"): Promise<ToolWorld> {
  const scenario = release === "10.0" || release === "11.5" ? "lost-trust" : "recovery-lost";
  const { clusters, steps } = loadScenario(scenario, release);
  const lab = await startLab({ clusters, clock: createLabClock({ real: true }) });
  const folder = mkdtempSync(join(tmpdir(), "itlctl-kill-"));
  const state = join(folder, "state");
  const cluster = lab.cluster();
  cluster.switches.serviceRestartMs = 4;
  for (const node of cluster.nodes) Object.assign(node.ssh, { bannerMs: 2, promptMs: 1 });
  const history = openListHistory(state);
  for (const node of cluster.activeTftpNodes()) {
    const bytes = node.servedFile;
    if (bytes !== null) {
      const seenAt = new Date(Date.now() - 2 * 86_400_000).toISOString();
      history.remember({ cluster: cluster.name, node: node.name, seenAt, bytes });
    }
  }
  await playSteps(steps, lab.clusters, (name, bytes) =>
    writeFileSync(join(lab.sftp.root, name), bytes, { mode: 0o600 }),
  );
  await lab.writeInventory(folder);
  const secrets = { ...lab.environment, LAB_SFTP_PASSWORD: lab.sftp.password };
  const environment = {
    ...Object.fromEntries(leftAlone.map((name) => [name, process.env[name]])),
    ...{ HOME: folder, NO_COLOR: "1", ITLCTL_INVENTORY: folder, ITLCTL_STATE: state },
    ...{ ITLCTL_REMOTE_KEY_PORT: String(lab.sftp.port), ...secrets },
  };
  let shiftMs = 0;
  const printed: string[] = [];
  const journalOf = (run: string) => join(state, "runs", run, "journal.jsonl");
  const runIds = () =>
    filesBelow(join(state, "runs"))
      .filter((path) => path.endsWith("journal.jsonl") && readFileSync(path).includes("\n"))
      .map((path) => basename(dirname(path)));
  const journal = () => journalOf(runIds()[0] ?? "none");

  const start = (args: readonly string[], kill: Kill | null = null): RunningTool => {
    const child = spawn(process.execPath, ["--import", preload, program, ...args, "--json"], {
      env: {
        ...environment,
        ...(kill === null ? {} : { ITLCTL_TEST_KILL: `${kill.place}:${kill.at}` }),
        ...(shiftMs === 0 ? {} : { ITLCTL_TEST_SHIFT_MS: String(shiftMs) }),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    child.stdout.on("data", (chunk: Buffer) => chunks.stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.stderr.push(chunk));
    const end = new Promise<ToolEnd>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exit, signal) => {
        const stdout = Buffer.concat(chunks.stdout).toString();
        const stderr = Buffer.concat(chunks.stderr).toString();
        printed.push(stdout, stderr);
        resolve({
          exit,
          wasKilled: signal === "SIGKILL",
          stdout,
          stderr,
          document: () => documentOf(stdout, stderr),
        });
      });
    });
    return { end, kill: () => child.kill("SIGKILL") };
  };

  return {
    ...{ lab, state, start, runIds, journal },
    recoverArguments: ["recover", cluster.name, "--yes", "--no-wait", ...keyFlags(lab, key)],
    run: (args, kill = null) => start(args, kill).end,
    shiftClock(ms) {
      shiftMs += ms;
    },
    now: () => Date.now() + shiftMs,
    journalLines: () => (runIds().length === 0 ? 0 : readFileSync(journal(), "utf8").split("\n").length - 1),
    leaks() {
      const stored = filesBelow(state).map((path) => [path, readFileSync(path, "latin1")] as const);
      const all = [...stored, ["printed", printed.join("\n")] as const];
      return all
        .filter(([, text]) => Object.values(secrets).some((secret) => text.includes(secret)))
        .map(([path]) => path);
    },
    async close() {
      await lab.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function keyFlags(lab: Lab, key: "local" | "remote"): string[] {
  if (key === "local") return ["--key", "local"];
  return [
    ...["--key", "remote", "--remote-key", "itl@127.0.0.1:/ITLRecovery.p12"],
    ...["--remote-password", "env:LAB_SFTP_PASSWORD", "--remote-host-key", lab.sftp.hostKeySha256],
  ];
}

function documentOf(stdout: string, stderr: string): RunDocument {
  try {
    return JSON.parse(stdout) as RunDocument;
  } catch {
    throw new Error(`no document:\n${stdout}\n${stderr}`);
  }
}

function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => statSync(path).isFile())
      .sort();
  } catch {
    return [];
  }
}
