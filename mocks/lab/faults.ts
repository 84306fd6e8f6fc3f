// Faults that tests register, in; what goes wrong at a point of a login or command, out.

/** Where in a command a fault strikes; `line` counts printed lines from 1, `question` names one asked by the command (or by the fault `ask`), `point` a moment without print (`transfer`: half of a file is delivered; `regenerated`, `ctl-written`: it is done, and nothing of it was said yet). */
export type FaultPoint =
  | { readonly kind: "before" }
  | { readonly kind: "line"; readonly line: number }
  | { readonly kind: "question"; readonly name: string }
  | { readonly kind: "point"; readonly name: string }
  | { readonly kind: "after" };

/**
 * What goes wrong.
 * `drop` tears the connection; with `commandGoesOn` the command still runs to its end, unseen.
 * `stall` prints nothing more for `ms` of lab time, or for ever.
 * `ask` prints a question that no transcript has and takes any answer; `ends` stops the command after it.
 * `say` prints the text; unless `goesOn`, the command ends there with `Executed command unsuccessfully`.
 * `prompt` makes that text the prompt from here on. `garbage` sends raw bytes. `slow` waits before every further line.
 */
export type FaultAction =
  | { readonly kind: "drop"; readonly commandGoesOn?: boolean }
  | { readonly kind: "stall"; readonly ms?: number }
  | { readonly kind: "ask"; readonly question: string; readonly ends?: boolean }
  | { readonly kind: "say"; readonly text: string; readonly goesOn?: boolean }
  | { readonly kind: "prompt"; readonly text: string }
  | { readonly kind: "garbage"; readonly bytes: Uint8Array }
  | { readonly kind: "slow"; readonly msPerLine: number };

/** One fault: on `node` (any if absent), in commands whose whole line matches; the log-in is the command `login`. Strikes `times` times, once by default. */
export interface Fault {
  readonly node?: string;
  readonly command: RegExp;
  readonly at: FaultPoint;
  readonly action: FaultAction;
  readonly times?: number;
}

/** Registered faults; each is used up as it strikes. */
export interface FaultBook {
  /** Registers a fault; the function returned takes it back. */
  add(fault: Fault): () => void;
  /** The actions that strike now, in the order of registration. */
  strike(node: string, command: string, at: FaultPoint): readonly FaultAction[];
  /** Faults that have not struck as often as they should: a test asserts that this is empty. */
  pending(): readonly Fault[];
  clear(): void;
}

/** An empty book. */
export function createFaultBook(): FaultBook {
  let entries: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      const entry = { fault, left: fault.times ?? 1 };
      entries.push(entry);
      return () => {
        entries = entries.filter((other) => other !== entry);
      };
    },
    strike(node, command, at) {
      const struck = entries.filter(
        ({ fault, left }) =>
          left > 0 &&
          (fault.node === undefined || fault.node === node) &&
          fault.command.test(command) &&
          isSamePoint(fault.at, at),
      );
      for (const entry of struck) entry.left -= 1;
      return struck.map(({ fault }) => fault.action);
    },
    pending: () => entries.filter(({ left }) => left > 0 && left !== Infinity).map(({ fault }) => fault),
    clear() {
      entries = [];
    },
  };
}

function isSamePoint(one: FaultPoint, other: FaultPoint): boolean {
  if (one.kind === "line") return other.kind === "line" && one.line === other.line;
  if (one.kind === "question") return other.kind === "question" && one.name === other.name;
  if (one.kind === "point") return other.kind === "point" && one.name === other.name;
  return one.kind === other.kind;
}
