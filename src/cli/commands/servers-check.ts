// servers check: the certificates that clients and phones meet, and what is wrong with them.
import { resolve } from "node:path";
import { parseDuration } from "../../base/duration.ts";
import { OperatorError } from "../../base/errors.ts";
import type { Cluster } from "../../inventory/cluster.ts";
import type { ServerTarget } from "../../servers/server-target.ts";
import type { TrustedAuthorities } from "../../servers/trusted-authorities.ts";
import { answer } from "../answer.ts";
import type { Command, CommandContext, CommandInput } from "../command.ts";
import { exitOfVerdict } from "../exit-codes.ts";
import { isUrl, loadBytes } from "../load-bytes.ts";

/** Ports that are judged by the same authorities and the same days. */
interface Group {
  readonly targets: readonly ServerTarget[];
  readonly trusted: TrustedAuthorities | null;
  readonly certificateDays: number;
}

/** For hosts given by hand; certificates of public authorities live too short for the inventory's default. */
const daysByHand = 30;

export const serversCheck: Command = {
  name: "servers check",
  summary: "the certificates that clients and phones will see",
  description: [
    "Opens TLS to every port of a cluster's nodes where clients and phones meet a certificate (`ports` and `servers.hosts` of the inventory), or to the HOST:PORT given, and asks for the RSA and for the ECDSA certificate separately; XMPP by STARTTLS. Logs in nowhere, sends nothing behind the handshake, and needs no password.",
    "Judges what clients would: names in the documented order of fields, the chain, dates, keys and digests, TLS versions, uses, revocation addresses, and multi-server certificates across nodes. A certificate that stands on several ports is told once.",
    "A host may be written KIND://HOST:PORT with https, xmpp, sip, tvs, capf or tls; without it the port decides. Which authorities clients trust, and the domain of XMPP users, only you know: --trusted-ca and --xmpp-domain, or `servers` in the inventory; without them that much is not judged, and the answer says so.",
  ],
  arguments: [{ name: "<cluster|host:port...>", description: "names of the inventory, and servers by hand" }],
  options: [
    { flags: "--trusted-ca <FILE>", description: "PEM of the authorities that clients trust" },
    { flags: "--xmpp-domain <DOMAIN>", description: "the domain that XMPP clients look for" },
    {
      flags: "--days <N>",
      description: `warn of certificates that end in fewer days (default: the inventory's; by hand ${daysByHand})`,
    },
    { flags: "--timeout <DURATION>", description: "for each handshake (default 10s)" },
    { flags: "--fips", description: "tell what would not work in FIPS mode" },
    { flags: "--common-criteria", description: "tell what would not work in Common Criteria mode" },
  ],
  examples: [
    "itlctl servers check east",
    "itlctl servers check east --trusted-ca corporate.pem --xmpp-domain example.com --json",
    "itlctl servers check edge.example.com:8443 xmpp://edge.example.com:5222 --xmpp-domain example.com",
  ],
  exits: [3, 10, 15, 20],
  async run(context, input) {
    const timeoutMs = timeoutOf(input);
    const groups = await groupsOf(context, input);
    const { observeServers } = await import("../../servers/observe-servers.ts");
    const { draw } = context.output;
    const facts = await observeServers({
      targets: groups.flatMap(({ targets }) => targets),
      parallel: context.settings.parallel,
      timeoutMs,
      signal: context.signal,
      onServer: (_facts, done, all) => draw?.(`${done} of ${all} ports looked at`),
    });
    context.signal.throwIfAborted();
    const [{ presentationsOf }, { judgeServers }, { serversDocument }, { renderServersText }] =
      await Promise.all([
        import("../../servers/presentations.ts"),
        import("../../servers/judge-servers.ts"),
        import("../../report/servers-document.ts"),
        import("../../report/servers-as-text.ts"),
      ]);
    const nowMs = context.world.clock.now();
    const modes = { isFips: input.isSet("fips"), isCommonCriteria: input.isSet("commonCriteria") };
    const seen = groups.map(({ targets, trusted, certificateDays }) => {
      const servers = facts.filter(({ target }) => targets.includes(target));
      const presentations = presentationsOf(servers, trusted);
      const findings = judgeServers(servers, presentations, { ...modes, certificateDays, nowMs });
      return { servers, presentations, findings };
    });
    const document = serversDocument(seen, nowMs);
    await answer(context, document, (look) => renderServersText(document, look));
    return exitOfVerdict(document.verdict);
  },
};

/** One for each cluster, in the order of the words, and one for what was given by hand. The inventory is loaded for clusters only. */
async function groupsOf(context: CommandContext, input: CommandInput): Promise<Group[]> {
  const [{ parseServerWord }, { uniqueTargets }] = await Promise.all([
    import("../../servers/parse-target.ts"),
    import("../../servers/unique-targets.ts"),
  ]);
  const domain = domainOf(input);
  const days = daysOf(input);
  const words = input.words.map((word) => parseServerWord(word, domain));
  const named = input.text("trustedCa");
  const trusted = named === null ? null : await loadAuthorities(named, context);
  const names = words.flatMap((word) => (word.kind === "cluster" ? [word.name] : []));
  const clusters = names.length === 0 ? [] : await findClusters(names, context);
  const { targetsOfCluster } = await import("../../servers/targets-of-cluster.ts");
  const groups: Group[] = [];
  for (const cluster of clusters) {
    const { trustedCa, xmppDomain } = cluster.servers;
    const servers = { ...cluster.servers, xmppDomain: domain ?? xmppDomain };
    groups.push({
      targets: targetsOfCluster({ ...cluster, servers }),
      trusted: trusted ?? (trustedCa === null ? null : await loadAuthorities(trustedCa, context)),
      certificateDays: days ?? cluster.thresholds.certificateDays,
    });
  }
  const byHand = uniqueTargets(words.flatMap((word) => (word.kind === "host" ? [word.target] : [])));
  if (byHand.length > 0) groups.push({ targets: byHand, trusted, certificateDays: days ?? daysByHand });
  return groups;
}

/** A word with a dot that no inventory knows was more likely meant as a server. */
async function findClusters(names: readonly string[], context: CommandContext): Promise<Cluster[]> {
  const { selectClusters } = await import("../../inventory/select-nodes.ts");
  try {
    return [...selectClusters(await context.loadInventory(), names)];
  } catch (error) {
    const server = names.find((name) => name.includes("."));
    if (server === undefined || !(error instanceof OperatorError)) throw error;
    const { code, message, place, hint } = error;
    const more = `${hint}; a server by hand needs its port, as in ${server}:8443`;
    throw new OperatorError(code, message, { hint: more, place, cause: error });
  }
}

async function loadAuthorities(file: string, context: CommandContext): Promise<TrustedAuthorities> {
  if (isUrl(file)) {
    throw new OperatorError("usage", `authorities cannot be trusted as ${file} has them`, {
      hint: "Give the path of a PEM file that you have checked",
    });
  }
  const { parseTrustedAuthorities } = await import("../../servers/trusted-authorities.ts");
  return parseTrustedAuthorities(await loadBytes(resolve(context.world.cwd, file), context), file);
}

function domainOf(input: CommandInput): string | null {
  const text = input.text("xmppDomain");
  if (text === null || /^[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*(\.[\p{L}\p{N}][\p{L}\p{M}\p{N}-]*)*$/u.test(text))
    return text;
  throw new OperatorError("usage", `--xmpp-domain must be a DNS domain, not "${text}"`, {
    hint: "Give the part behind the @ of the users' addresses, e.g. --xmpp-domain example.com",
  });
}

function daysOf(input: CommandInput): number | null {
  const text = input.text("days");
  if (text === null) return null;
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new OperatorError("usage", `--days must be a whole number from 0 to 99999, not "${text}"`, {
    hint: "Give the days that are left at least, e.g. --days 60",
  });
}

function timeoutOf(input: CommandInput): number {
  const text = input.text("timeout") ?? "10s";
  const ms = parseDuration(text);
  if (ms !== null && ms > 0 && ms <= 3_600_000) return ms;
  throw new OperatorError("usage", `--timeout must be a duration from 1s to 1h, not "${text}"`, {
    hint: "Give whole seconds or minutes, e.g. --timeout 5s",
  });
}
