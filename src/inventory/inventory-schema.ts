// The shape of an inventory file; what a single field may hold. Rules between fields are in inventory-rules.ts.
import { isIP } from "node:net";
import { z } from "zod";
import { parseDuration } from "../base/duration.ts";

const secretForms = "env:NAME, file:PATH, exec:PROGRAM ARG... or ask:";

const textError = (message: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? undefined : message),
});

const limitedText = (what: string, pattern: RegExp, allowed: string) =>
  z
    .string(textError(`${what} must be text; put numbers in quotes`))
    .min(1)
    .max(128)
    .regex(pattern, {
      error: (issue) => {
        const hasSpace = /\s/.test(String(issue.input));
        return `${hasSpace ? `${what} may not hold a space` : `${what} may not hold this`}; allowed: ${allowed}`;
      },
      abort: true,
    });

/** A name as the platform's command line takes it: of a cluster or a node. */
export const name = limitedText(
  "a name",
  /^[A-Za-z0-9_][A-Za-z0-9._-]*$/,
  "A-Z a-z 0-9 . _ - (not . or - first)",
);
const username = limitedText(
  "a user name",
  /^[A-Za-z0-9_][A-Za-z0-9._/-]*$/,
  "A-Z a-z 0-9 . _ / - (not . / - first)",
);
const platformPath = limitedText(
  "a path for the platform",
  /^[A-Za-z0-9._/][A-Za-z0-9._/-]*$/,
  "A-Z a-z 0-9 . _ / -",
);
const localPath = z.string().min(1);

const address = limitedText(
  "an address",
  /^[A-Za-z0-9:][A-Za-z0-9.:_-]*$/,
  "a host name or an IP address",
).refine(isAddress, { error: (issue) => addressComplaint(String(issue.input)), abort: true });

function isAddress(text: string): boolean {
  if (isIP(text) !== 0) return true;
  if (text.includes(":") || /^[\d.]+$/.test(text)) return false;
  return text.split(".").every((label) => label.length > 0 && label.length <= 63 && !label.startsWith("-"));
}

function addressComplaint(text: string): string {
  return /^[^:]+:\d+$/.test(text)
    ? "an address holds no port; write the port under ssh: or tftp:"
    : "is neither a host name nor an IP address";
}

const port = z.int().min(1).max(65_535);
const count = z.int().min(0).max(100_000);

const duration = z
  .string(textError("must be a duration such as 300s, 5m, 24h or 2d"))
  .regex(/^(?=.)(\d{1,9}d)?(\d{1,9}h)?(\d{1,9}m)?(\d{1,9}s)?$/, {
    error: "must be a duration such as 300s, 5m, 24h or 2d",
  })
  .refine((text) => parseDuration(text) !== null);

const hostKey = z
  .string(textError("must be text: SHA256: and 43 characters"))
  .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, {
    error: "must be SHA256: and 43 characters of Base64, as ssh-keygen -l prints it",
  });

const literalRefused = `must be a reference, never the password itself: ${secretForms}`;
const secret = z
  .string(textError(literalRefused))
  .regex(/^(env|file|exec|ask):/, { error: literalRefused, abort: true })
  .superRefine((text, context) => {
    const complaint = secretComplaint(text);
    if (complaint !== null) context.addIssue({ code: "custom", message: complaint });
  })
  .meta({ description: `A reference to a password, never the password itself: ${secretForms}` });

/** What is wrong with a reference that was typed; null where it is one. It never quotes what was typed. */
export function referenceComplaint(text: string): string | null {
  return /^(env|file|exec|ask):/.test(text) ? secretComplaint(text) : literalRefused;
}

function secretComplaint(text: string): string | null {
  const kind = text.slice(0, text.indexOf(":"));
  const rest = text.slice(kind.length + 1);
  if (kind === "env" && !/^[A-Za-z_][A-Za-z0-9_]*$/.test(rest))
    return "env: needs the name of a variable: A-Z a-z 0-9 _";
  if (kind === "file" && rest.trim() === "") return "file: needs a path";
  if (kind === "exec" && rest.trim() === "") return "exec: needs a program";
  if (kind === "ask" && rest !== "") return "ask: stands alone; nothing may follow it";
  return null;
}

const login = z.strictObject({ username, password: secret });

const sshFields = {
  port: port.optional(),
  hostKeys: z.array(hostKey).optional(),
  knownHosts: localPath.optional(),
  algorithms: z.enum(["modern", "legacy"]).optional(),
};
const ssh = z.strictObject(sshFields);
const tftp = z.strictObject({ port: port.optional() });

const portList = z.array(port).max(16);
const ports = z.strictObject({
  https: portList.optional(),
  xmpp: portList.optional(),
  sip: portList.optional(),
  tvs: portList.optional(),
  capf: port.optional(),
});

const domain = limitedText(
  "a domain",
  /^[A-Za-z0-9][A-Za-z0-9-]*(\.[A-Za-z0-9][A-Za-z0-9-]*)*$/,
  "a DNS domain such as example.com",
);

const servers = z.strictObject({
  domain: domain.optional(),
  xmppDomain: domain.optional(),
  hosts: z
    .array(
      z
        .string(textError("a host must be text: HOST:PORT"))
        .max(300)
        .regex(/^[^\s:]\S*:\d{1,5}$/, {
          error: "must be HOST:PORT, or https://, xmpp://, sip:// or tls:// and that",
        }),
    )
    .max(500)
    .optional(),
  trustedCa: localPath.optional(),
});

const node = z.strictObject({
  name,
  address,
  role: z.enum(["publisher", "subscriber"]),
  ssh: ssh.optional(),
  tftp: tftp.optional(),
  ports: ports.optional(),
});

const sftpVault = z.strictObject({
  kind: z.literal("sftp"),
  host: address,
  port: port.optional(),
  username,
  password: secret.optional(),
  privateKey: localPath.optional(),
  directory: platformPath,
  hostKeys: z.array(hostKey).optional(),
  delivery: login.optional(),
});

const directoryVault = z.strictObject({
  kind: z.literal("directory"),
  path: localPath,
  receiver: z.strictObject({ address, port, hostKey: localPath }).optional(),
});

/** Program and words, started without a shell. */
export const hook = z
  .array(
    z
      .string(textError("a word of a hook must be text; put numbers in quotes"))
      .min(1)
      .max(4096)
      .regex(/^\P{Cc}*$/u, { error: "a word of a hook may not hold a control character" }),
    textError('must be a list: the program and its arguments, e.g. ["/usr/local/bin/tell-us", "--urgent"]'),
  )
  .min(1)
  .max(64);

const hooks = z.strictObject({
  backupStored: hook.optional(),
  backupFailed: hook.optional(),
  alarmActive: hook.optional(),
  timeLimit: duration.optional(),
});

const cluster = z.strictObject({
  nodes: z.array(node).min(1).max(1000),
  ssh: ssh.optional(),
  tftp: tftp.optional(),
  ports: ports.optional(),
  servers: servers.optional(),
  credentials: z.strictObject({
    platform: login,
    ccm: login.optional(),
    security: z.strictObject({ password: secret }).optional(),
  }),
  regenerationHold: duration.optional(),
  vault: z.discriminatedUnion("kind", [sftpVault, directoryVault]).optional(),
  keep: z
    .strictObject({
      last: count.optional(),
      daily: count.optional(),
      weekly: count.optional(),
      monthly: count.optional(),
    })
    .optional(),
  recoveryKey: z
    .strictObject({
      password: secret.optional(),
      requireProof: z.enum(["matched", "opened", "unopened"]).optional(),
    })
    .optional(),
  thresholds: z
    .strictObject({ certificateDays: z.int().min(0).max(36_500).optional(), backupAge: duration.optional() })
    .optional(),
  hooks: hooks.optional(),
});

/** One inventory file as written: `clusters:`, keyed by name. */
export const inventorySchema = z.strictObject({ clusters: z.record(name, cluster) });

/** A cluster as written, before defaults. */
export type WrittenCluster = z.output<typeof cluster>;

/** SSH settings as written, of a cluster or of one node. */
export type WrittenSsh = z.output<typeof ssh>;

/** Ports as written, of a cluster or of one node. */
export type WrittenPorts = z.output<typeof ports>;

/** JSON Schema (2020-12) of an inventory file, for editors. */
export function inventorySchemaJson(): Record<string, unknown> {
  const schema = z.toJSONSchema(inventorySchema, { io: "input" }) as Record<string, unknown>;
  return { title: "itlctl inventory", ...schema };
}
