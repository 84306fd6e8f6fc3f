// Nodes in; one session each for a whole run out, opened when first needed and opened again only after it was closed.
import { OperatorError } from "../base/errors.ts";
import type { Clock } from "../base/clock.ts";
import type { Masker } from "../base/secret.ts";
import type { ClusterNode } from "../inventory/cluster.ts";
import { connectSession } from "./connect.ts";
import type { OpenTransport, SessionLogin } from "./connect.ts";
import type { SessionLimits } from "./limits.ts";
import type { Session } from "./session.ts";
import type { Transcript } from "./transcript.ts";

/** What became of one node's work; one node's failure is data, not the visit's. */
export type VisitResult<Value> =
  | { readonly kind: "ok"; readonly value: Value }
  | { readonly kind: "failed"; readonly error: unknown };

export interface SessionPool {
  /** The node's open session, or a new one. A refused login is thrown again without another try at the node. */
  session(node: ClusterNode): Promise<Session>;
  /** Runs `work` for every node, at most `parallel` at once; results by node name. All nodes belong to one cluster. */
  visit<Value>(
    nodes: readonly ClusterNode[],
    work: (node: ClusterNode) => Promise<Value>,
  ): Promise<Map<string, VisitResult<Value>>>;
  /** Closes sessions and transcripts; the pool can be used again. */
  closeAll(): Promise<void>;
  /** How many logins reached the prompt. */
  loginsMade(node: ClusterNode): number;
}

export interface SessionPoolOptions {
  loginOf(node: ClusterNode): SessionLogin | Promise<SessionLogin>;
  transcriptOf(node: ClusterNode): Transcript;
  readonly masker: Masker;
  readonly clock: Clock;
  readonly limits?: Partial<SessionLimits>;
  readonly parallel: number;
  readonly signal?: AbortSignal | undefined;
  readonly openTransport?: OpenTransport;
  readonly retryDelayMs?: number;
}

/** What the pool remembers of one node. */
interface Seat {
  opening: Promise<Session> | null;
  session: Session | null;
  transcript: Transcript | null;
  refused: OperatorError | null;
  logins: number;
}

export function openSessionPool(options: SessionPoolOptions): SessionPool {
  const seats = new Map<string, Seat>();
  const seatOf = (node: ClusterNode): Seat => {
    const key = `${node.cluster}/${node.name}`;
    const seat = seats.get(key) ?? {
      opening: null,
      session: null,
      transcript: null,
      refused: null,
      logins: 0,
    };
    seats.set(key, seat);
    return seat;
  };

  const open = async (node: ClusterNode, seat: Seat): Promise<Session> => {
    const { masker, clock, signal, limits = {}, openTransport, retryDelayMs } = options;
    try {
      const login = await options.loginOf(node);
      masker.add(login.password);
      seat.transcript ??= options.transcriptOf(node);
      const session = await connectSession({
        node,
        login,
        masker,
        clock,
        limits,
        signal,
        transcript: seat.transcript,
        ...(openTransport === undefined ? {} : { openTransport }),
        ...(retryDelayMs === undefined ? {} : { retryDelayMs }),
      });
      seat.session = session;
      seat.logins += 1;
      return session;
    } catch (error) {
      if (error instanceof OperatorError && error.code === "login-refused") seat.refused = error;
      throw error;
    } finally {
      seat.opening = null;
    }
  };

  return {
    async session(node) {
      const seat = seatOf(node);
      if (seat.session?.isOpen === true) return seat.session;
      if (seat.refused !== null) throw seat.refused;
      seat.opening ??= open(node, seat);
      return seat.opening;
    },
    async visit<Value>(nodes: readonly ClusterNode[], work: (node: ClusterNode) => Promise<Value>) {
      const results: VisitResult<Value>[] = [];
      const waiting = nodes.entries();
      // The workers share one iterator, so each node is taken once; results stand in the order asked for.
      const worker = async () => {
        for (const [index, node] of waiting) {
          try {
            results[index] = { kind: "ok", value: await work(node) };
          } catch (error) {
            results[index] = { kind: "failed", error };
          }
        }
      };
      await Promise.all(
        Array.from({ length: Math.max(1, Math.min(options.parallel, nodes.length)) }, worker),
      );
      return new Map(results.map((result, index) => [nodes[index]?.name ?? "", result]));
    },
    async closeAll() {
      for (const seat of seats.values()) {
        await seat.opening?.catch(() => null);
        await seat.session?.close();
        seat.transcript?.close();
        seat.session = null;
        seat.transcript = null;
      }
    },
    loginsMade: (node) => seatOf(node).logins,
  };
}
