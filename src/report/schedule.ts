// What the units and the crontab of a nightly backup are made of; every path absolute.

/** One night's backup as it will be started by this machine. */
export interface Schedule {
  /** The program, its script and its words. */
  readonly command: readonly string[];
  /** Local time of day, `04:15`. */
  readonly at: string;
  /** `user`: units of the account's own service manager. */
  readonly scope: "system" | "user";
  readonly account: string;
  readonly stateFolder: string;
  /** Everything the backup writes to, the state folder first. */
  readonly writableFolders: readonly string[];
  /** Variables that the inventory's `env:` references name. */
  readonly environmentNames: readonly string[];
  /** A receiver listens below port 1024. */
  readonly hasLowPort: boolean;
  readonly hasHooks: boolean;
}

/** A file to install; `path` null where a program such as crontab keeps it. */
export interface ScheduleFile {
  readonly unit: "service" | "timer" | "crontab";
  readonly path: string | null;
  readonly text: string;
}
