// One verb of a playbook, as written in the file or as expanded against a cluster.

interface StepOf<Verb extends string> {
  readonly verb: Verb;
  readonly id: string;
  /** Left out below that release, as "12.0". */
  readonly fromRelease?: string | undefined;
  /** Left out from that release on. */
  readonly belowRelease?: string | undefined;
  /** Left out of the plan of a cluster that is not in it. */
  readonly onlyIn?: "mixed-mode" | undefined;
  /** The unit of work that an expanded step belongs to: begun inside a window, it is finished whatever the time. */
  readonly work?: string | undefined;
}

/**
 * A step. Fields that a verb does not use are absent. A `regenerate` of several units or nodes is what a file says; before
 * it is carried out it is expanded to steps of one unit on one node each (`expand-steps.ts`).
 */
export type Step =
  | StepOf<"preflight">
  | StepOf<"reset">
  | StepOf<"backup">
  | StepOf<"update-ctl">
  | StepOf<"reset-ctl">
  | (StepOf<"verify"> & {
      /** `present`: whoever signs now, phones that hold the list from before this work take it. */
      readonly signer: "reset" | "normal" | "present";
    })
  | (StepOf<"confirm"> & { readonly text: string })
  | (StepOf<"gate"> & { readonly text?: string | undefined })
  | (StepOf<"hold"> & { readonly nodes?: readonly string[] | undefined })
  | (StepOf<"restart-service"> & { readonly service: string; readonly nodes?: readonly string[] | undefined })
  | (StepOf<"regenerate"> & {
      readonly units: readonly string[];
      /** Absent or empty: every node that has the unit, the publisher first. */
      readonly nodes?: readonly string[] | undefined;
      readonly replaceCaSigned?: boolean | undefined;
    })
  | (StepOf<"notify"> & {
      /** Program and words, started without a shell. */
      readonly hook: readonly string[];
    });

/** The part of the day in which units of work may begin; wall-clock times "22:00" of an IANA time zone. `until` before `from` is the next day. */
export interface Window {
  readonly from: string;
  readonly until: string;
  readonly timeZone: string;
}

/** The value of a playbook's parameter. */
export type ParameterValue = string | number | boolean | readonly string[];

/** A file of intent with its parameters filled in. `sha256` is of the file as read: a changed playbook is another one. */
export interface Playbook {
  readonly name: string;
  readonly description: string;
  readonly window: Window | null;
  /** Every parameter with the value it has in this run. */
  readonly values: Readonly<Record<string, ParameterValue>>;
  readonly steps: readonly Step[];
  readonly sha256: string;
}
