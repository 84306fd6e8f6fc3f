// One question to the operator, as the prompt gets it.

/** The answer is what was typed, or the value chosen. */
export type Question =
  | { readonly type: "input" | "password"; readonly name: "answer"; readonly message: string }
  | {
      readonly type: "select";
      readonly name: "answer";
      readonly message: string;
      readonly choices: readonly { readonly name: string; readonly value: string }[];
    };
