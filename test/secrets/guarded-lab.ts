// A lab whose passwords are as awkward as can be → runs against it, with everything they left behind or said as places to search.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { type LabCli, openLabCli } from "../support/lab-cli.ts";
import type { CliResult, CliWorld } from "../support/run-cli.ts";
import type { Place } from "./written-forms.ts";

/** Quotes, blanks, `$`, regex characters and letters beyond ASCII; the one that is typed at the node's own prompt is ASCII. */
export const awkward = {
  platform: `Pl'at "form" $HOME (a|b)* grüße✓`,
  ccm: `Cc"m' $PATH [x]{2}+^?. \\d/end`,
  sftp: `Sf<tp> & 'k'=v;%41 $(id) ñandú`,
  security: `Se\`cu"ri'ty $$ .*? |x| ÄÖÜß`,
} as const;

export type Passwords = Readonly<Record<keyof typeof awkward, string>>;

export interface GuardedLab extends LabCli {
  /** Every secret that a run may come to know, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly remoteFlags: readonly string[];
  /** Runs with these passwords in the environment and a state folder of its own for each `name`. */
  call(name: string, args: readonly string[], world?: CliWorld): Promise<CliResult>;
  /** What the node `pub` says before a command, or at one of its questions, once: these passwords, as a broken echo would. Then the command ends. */
  echoAt(command: RegExp, at: "before" | "ccm-password", names: readonly (keyof Passwords)[]): void;
  /** Files of the state folder, stdout and stderr, each as a place. */
  placesOf(name: string, result: CliResult): Place[];
  forget(name: string): void;
}

/** A cluster of release 11.5 that lost its trust; it asks for every password there is. */
export async function openGuardedLab(passwords: Passwords = awkward): Promise<GuardedLab> {
  const cli = await openLabCli({ scenario: "lost-trust", release: "11.5", sftpPassword: passwords.sftp });
  const cluster = cli.lab.cluster();
  const before = cluster.recoveryPassphrase();
  for (const node of cluster.nodes)
    for (const account of node.accounts) account.password = passwords.platform;
  cluster.ccmLogin.password = passwords.ccm;
  const environment = {
    LAB_EAST_PLATFORM_PASSWORD: passwords.platform,
    LAB_EAST_CCM_PASSWORD: passwords.ccm,
    LAB_EAST_SECURITY_PASSWORD: passwords.security,
    LAB_EAST_RECOVERY_KEY_PASSWORD: before,
    LAB_SFTP_PASSWORD: passwords.sftp,
  };
  const state = (name: string) => join(cli.folder, `state-${name}`);
  return {
    ...cli,
    secrets: { ...passwords, recoveryKey: before },
    remoteFlags: [
      ...["--key", "remote", "--remote-key", "itl@127.0.0.1:/ITLRecovery.p12"],
      ...["--remote-password", "env:LAB_SFTP_PASSWORD", "--remote-host-key", cli.lab.sftp.hostKeySha256],
    ],
    call: (name, args, world = {}) =>
      cli.run(args, {
        state: state(name),
        ...world,
        environment: { ...environment, ...world.environment },
      }),
    echoAt(command, at, names) {
      const said = names.flatMap((name) => {
        const password = passwords[name];
        return [
          `the token "${password}" was not taken from the line that holds ${password} today`,
          `sftp://itl:${encodeURIComponent(password)}@host ${Buffer.from(`u:${password}`).toString("base64")}`,
          `${JSON.stringify({ password })} ${Buffer.from(password).toString("hex")}`,
        ];
      });
      cluster.faults.add({
        node: "pub",
        command,
        at: at === "before" ? { kind: "before" } : { kind: "question", name: at },
        action: { kind: "say", text: said.join("\n") },
      });
    },
    placesOf: (name, { stdout, stderr }) => [
      { name: "stdout", bytes: Buffer.from(stdout) },
      { name: "stderr", bytes: Buffer.from(stderr) },
      ...filesBelow(state(name)),
    ],
    forget: (name) => rmSync(state(name), { recursive: true, force: true }),
  };
}

function filesBelow(folder: string): Place[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const name = relative(folder, path).replace(/runs\/[^/]+\//, "");
    return entry.isFile()
      ? [
          { name: `${name} (its name)`, bytes: Buffer.from(name) },
          { name, bytes: readFileSync(path) },
        ]
      : [];
  });
}
