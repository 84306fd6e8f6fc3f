// A story and a release → a lab on loopback, and the built tool run against it as a process; one clock for both, which goes with the machine's and can be moved on.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createLabClock } from "../../mocks/lab/lab-clock.ts";
import type { LabClock, LabRelease } from "../../mocks/lab/model.ts";
import { playSteps } from "../../mocks/lab/scenarios.ts";
import { type Lab, startLab } from "../../mocks/lab/start-lab.ts";
import type { RunDocument } from "../../src/report/run-document.ts";
import { openListHistory } from "../../src/served/list-history.ts";
import { changeInventory } from "../support/backup-cli.ts";
import { freePort, hostKeyFile } from "../vault/vault-tools.ts";
import { type Story, type StoryName, storyOf } from "./stories.ts";

const program =
  process.env["ITLCTL_TEST_PROGRAM"] ?? fileURLToPath(new URL("../../dist/bin.js", import.meta.url));
const preload = fileURLToPath(new URL("preload.mjs", import.meta.url));
const leftAlone = ["PATH", "NODE_COMPILE_CACHE", "NODE_V8_COVERAGE"] as const;

/** Where a process is killed: at the nth line it writes to the journal, or at the nth it hears from a platform; `fresh`: after the first line with another name than these. */
export interface Kill {
  readonly place: "after" | "unflushed" | "torn" | "heard" | "fresh";
  readonly at: number;
  readonly leftAlone?: readonly string[];
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
  readonly story: Story;
  readonly state: string;
  /** How long the platform refuses a second regeneration on a node. */
  readonly holdMs: number;
  /** The command that begins the run. */
  readonly beginArguments: readonly string[];
  start(args: readonly string[], kill?: Kill | null): RunningTool;
  run(args: readonly string[], kill?: Kill | null): Promise<ToolEnd>;
  /** The clock of the lab and of the tool (also of a process under way) goes ahead by this much. */
  shiftClock(ms: number): void;
  /** Whole lines of the run's journal; 0 where there is none. */
  journalLines(): number;
  /** The first run's journal. */
  journal(): string;
  /** Runs whose journal has a first line. */
  runIds(): string[];
  /** The clock of both, in ms. */
  now(): number;
  /** Files of kept backups; empty without a vault. */
  kept(): string[];
  /** Every byte below the state folder that looks like one of the lab's passwords; empty is right. */
  leaks(): string[];
  close(): Promise<void>;
}

/** `remote`: the recovery key lies on the lab's SFTP server. */
export async function openToolWorld(
  release: LabRelease,
  name: StoryName,
  holdMs = 300_000,
): Promise<ToolWorld> {
  const story = storyOf(name, release);
  const folder = mkdtempSync(join(tmpdir(), "itlctl-kill-"));
  const state = join(folder, "state");
  const clock = movableClock(join(folder, "clock"));
  const lab = await startLab({ clusters: story.clusters, clock: clock.lab });
  const cluster = lab.cluster();
  Object.assign(cluster.switches, { serviceRestartMs: 4, regenerationHoldMs: holdMs });
  for (const node of cluster.nodes) Object.assign(node.ssh, { bannerMs: 2, promptMs: 1 });
  if (story.isHistoryKept) rememberLists(lab, state);
  await playSteps(story.steps, lab.clusters, (file, bytes) =>
    writeFileSync(join(lab.sftp.root, file), bytes, { mode: 0o600 }),
  );
  const inventory = await lab.writeInventory(folder);
  changeInventory(inventory, (fields) => {
    fields["regenerationHold"] = `${holdMs / 1000}s`;
  });
  const vault = join(folder, "vault");
  if (story.hasVault) await putVault(inventory, folder, vault);
  const secrets = { ...lab.environment, LAB_SFTP_PASSWORD: lab.sftp.password };
  const environment = {
    ...Object.fromEntries(leftAlone.map((name) => [name, process.env[name]])),
    ...{ HOME: folder, NO_COLOR: "1", ITLCTL_INVENTORY: folder, ITLCTL_STATE: state },
    ITLCTL_TEST_CLOCK: clock.file,
    ...{ ITLCTL_REMOTE_KEY_PORT: String(lab.sftp.port), ...secrets },
  };
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
        ...(kill?.leftAlone === undefined ? {} : { ITLCTL_TEST_LEFT_ALONE: kill.leftAlone.join("\n") }),
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
    ...{ lab, story, state, holdMs, start, runIds, journal },
    beginArguments: [...story.begin, ...(name === "remote" ? remoteFlags(lab) : [])],
    run: (args, kill = null) => start(args, kill).end,
    shiftClock: clock.shift,
    now: () => clock.lab.now(),
    kept: () => filesBelow(vault).filter((path) => !path.startsWith(join(vault, "incoming"))),
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

/** The machine's clock, moved on by what the file says; a process of the tool reads it there (preload.mjs). */
function movableClock(file: string): { file: string; lab: LabClock; shift(ms: number): void } {
  const real = createLabClock({ real: true });
  let shiftMs = 0;
  const shift = (ms: number) => {
    shiftMs += ms;
    // Whole at any time: a process that reads half a number would see time go back.
    writeFileSync(`${file}.new`, String(shiftMs));
    renameSync(`${file}.new`, file);
  };
  shift(0);
  const lab = Object.assign(Object.create(real) as LabClock, { now: () => real.now() + shiftMs });
  return { file, lab, shift };
}

function rememberLists(lab: Lab, state: string): void {
  const cluster = lab.cluster();
  const history = openListHistory(state);
  for (const node of cluster.activeTftpNodes()) {
    const bytes = node.servedFile;
    if (bytes === null) continue;
    const seenAt = new Date(Date.now() - 2 * 86_400_000).toISOString();
    history.remember({ cluster: cluster.name, node: node.name, seenAt, bytes });
  }
}

/** A vault in a folder, which the publisher delivers to by way of the tool's own receiver. */
async function putVault(inventory: string, folder: string, path: string): Promise<void> {
  const receiver = { address: "127.0.0.1", port: await freePort(), hostKey: hostKeyFile(folder) };
  changeInventory(inventory, (cluster) => {
    cluster["vault"] = { kind: "directory", path, receiver };
  });
}

function remoteFlags(lab: Lab): string[] {
  return [
    ...["--remote-key", "itl@127.0.0.1:/ITLRecovery.p12"],
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
