// A memory platform in; an open session on it with everything a test looks at, out.
import { openMemoryTransport, memoryPlatform } from "../../mocks/memory-transport.ts";
import type { MemoryCommand, MemoryNode } from "../../mocks/memory-transport.ts";
import { Secret, createMasker } from "../../src/base/secret.ts";
import type { Masker } from "../../src/base/secret.ts";
import type { ClusterNode } from "../../src/inventory/cluster.ts";
import { connectSession } from "../../src/session/connect.ts";
import type { Session } from "../../src/session/session.ts";
import type { Transcript } from "../../src/session/transcript.ts";
import { createIdleClock } from "./idle-clock.ts";
import type { IdleClock } from "./idle-clock.ts";

export function nodeNamed(name: string, ssh: Partial<ClusterNode["ssh"]> = {}): ClusterNode {
  return {
    cluster: "east",
    name,
    address: "127.0.0.1",
    role: "publisher",
    ssh: { port: 22, hostKeys: [], knownHosts: null, algorithms: "modern", ...ssh },
    tftp: { port: 6970 },
    ports: { https: [8443], xmpp: [], sip: [], tvs: [], capf: 3804 },
  };
}

export const platformLogin = { username: "administrator", password: new Secret("platform-pw-1") };

export interface OpenedSession {
  readonly session: Session;
  readonly node: MemoryNode;
  readonly clock: IdleClock;
  readonly masker: Masker;
  /** Everything the transcript was given, in order. */
  readonly heard: string[];
}

export async function openMemorySession(
  commands: Readonly<Record<string, MemoryCommand>>,
  options: { readonly split?: (bytes: Buffer) => readonly Buffer[]; readonly banner?: string } = {},
): Promise<OpenedSession> {
  const clock = createIdleClock();
  const masker = createMasker();
  const heard: string[] = [];
  const transcript: Transcript = {
    sent: (text) => heard.push(`> ${text.toString()}`),
    received: (text) => heard.push(`< ${text}`),
    note: (text) => heard.push(`# ${text}`),
    close() {},
  };
  const node = openMemoryTransport(memoryPlatform(commands, options.banner), options);
  const session = await clock.runUntil(
    connectSession({
      node: nodeNamed("pub"),
      login: platformLogin,
      masker,
      clock,
      transcript,
      openTransport: async () => node.transport,
    }),
  );
  return { session, node, clock, masker, heard };
}

/** The error a promise ends with; fails when it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: unknown) => error,
  );
}
