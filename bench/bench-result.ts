// What the bench measured, as its JSON has it. Times in milliseconds of wall time, memory in MiB.

/** One `status` over a lab; ratios are ours to the other's, null where the other was not run. */
export interface SweepResult {
  readonly nodes: number;
  readonly parallel: number;
  /** Lines typed at all nodes, and at the one that got most. */
  readonly commands: number;
  readonly mostCommands: number;
  readonly floorMs: number;
  readonly toolMs: number;
  readonly bareMs: number;
  readonly opensshMs: number | null;
  readonly peakMiB: number | null;
  readonly toFloor: number;
  readonly toBare: number;
  readonly toOpenSsh: number | null;
}

export interface StartUpResult {
  readonly times: number;
  readonly toolMs: number;
  readonly nodeMs: number;
  readonly ownMs: number;
}

/** `labMs` is what the lab's process computed meanwhile; it is part of `wallMs` where the two took turns. */
export interface RecoveryResult {
  readonly times: number;
  readonly nodes: number;
  readonly commands: number;
  readonly wallMs: number;
  readonly labMs: number;
}

/** `ownMs`: a whole `backup run` of one cluster against a platform that answers at once; `labMs` is what the lab computed of it. */
export interface BackupResult {
  readonly times: number;
  readonly commands: number;
  readonly ownMs: number;
  readonly labMs: number;
  readonly clusters: number;
  readonly promptMs: number;
  readonly answerMs: number;
  /** The slowest cluster's delays are so many times the fastest one's, `promptMs` and `answerMs`. */
  readonly slowestTimes: number;
  /** The slowest cluster alone, and all of them side by side; `labSideMs` as `labMs`. */
  readonly aloneMs: number;
  readonly sideBySideMs: number;
  readonly labSideMs: number;
  readonly toAlone: number;
}

/** `overshootMs`: from the end of the hold, by the platform's clock, to the next certificate. */
export interface HoldResult {
  readonly holdMs: number;
  readonly overshootMs: number;
}

/** An export opened; `values` are its encrypted ones. openssl took `opensslPerValueMs` for each of a sample, of which `opensslWholeMs` is drawn; null without openssl. */
export interface ComplianceResult {
  readonly times: number;
  readonly bytes: number;
  readonly rows: number;
  readonly plainRows: number;
  readonly values: number;
  readonly closedCells: number;
  readonly wallMs: number;
  readonly megabytesPerSecond: number;
  readonly peakMiB: number | null;
  readonly copyMs: number;
  readonly toCopy: number;
  readonly opensslSample: number;
  readonly opensslPerValueMs: number | null;
  readonly opensslWholeMs: number | null;
}

export interface RateResult {
  readonly what: string;
  readonly bytes: number;
  readonly perSecond: number;
}

export interface BenchResult {
  readonly at: string;
  readonly command: string;
  readonly machine: string;
  readonly promptMs: number;
  readonly answerMs: number;
  readonly sweeps: readonly SweepResult[];
  readonly startUp: StartUpResult;
  readonly recovery: RecoveryResult;
  readonly backup: BackupResult;
  readonly hold: HoldResult;
  readonly compliance: ComplianceResult;
  readonly rates: readonly RateResult[];
}
