// One verb of a playbook, as written in the file.

/** A step; `fromRelease`: left out below that release. Fields that a verb does not use are absent. */
export type Step =
  | { readonly verb: "preflight"; readonly id: string; readonly fromRelease?: string | undefined }
  | { readonly verb: "reset"; readonly id: string; readonly fromRelease?: string | undefined }
  | { readonly verb: "backup"; readonly id: string; readonly fromRelease?: string | undefined }
  | {
      readonly verb: "verify";
      readonly id: string;
      readonly fromRelease?: string | undefined;
      readonly signer: "reset" | "normal";
    }
  | {
      readonly verb: "confirm";
      readonly id: string;
      readonly fromRelease?: string | undefined;
      readonly text: string;
    }
  | {
      readonly verb: "restart-service";
      readonly id: string;
      readonly fromRelease?: string | undefined;
      readonly service: string;
    };

/** A file of intent. `sha256` is of the file as read: a changed playbook is another one. */
export interface Playbook {
  readonly name: string;
  readonly description: string;
  readonly steps: readonly Step[];
  readonly sha256: string;
}
