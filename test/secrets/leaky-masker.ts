// Where the code asks for masking → a masker that can be told to let text through at some of those places only.
import type * as secretModule from "../../src/base/secret.ts";

type SecretModule = typeof secretModule;

/** The places that asked so far, as `file function`, and those that are switched off now. */
export const masking = { asked: new Set<string>(), off: new Set<string>() };

/** The function of src that asks: the first on the stack that is not the mask itself or a mere carrier of it. */
function askingPlace(): string {
  const { stack = "" } = new Error();
  for (const line of stack.split("\n").slice(1)) {
    const [, name = "", file = ""] =
      /at (?:async )?(?:Object\.)?(\S*) ?\(?.*\/src\/([\w/-]+\.ts)/.exec(line) ?? [];
    if (file === "" || file === "base/secret.ts" || file === "report/plain-text.ts") continue;
    const caller = name.split(".").at(-1) ?? "";
    if (caller === "" || caller === "forPeople" || caller.startsWith("<")) continue;
    return `${file} ${caller}`;
  }
  return "nowhere";
}

function isOff(): boolean {
  const place = askingPlace();
  masking.asked.add(place);
  return masking.off.has(place);
}

/** The module with its masker and its Secret made leaky; for `vi.mock`. */
export function leakyModule(real: SecretModule): SecretModule {
  class LeakySecret extends real.Secret {
    override toString(): string {
      return isOff() ? this.reveal() : super.toString();
    }
  }
  return {
    ...real,
    Secret: LeakySecret,
    createMasker() {
      const masker = real.createMasker();
      return {
        add: (secret) => masker.add(secret),
        mask: (text) => (isOff() ? text : masker.mask(text)),
        stream() {
          const stream = masker.stream();
          return {
            push: (chunk) => (isOff() ? chunk : stream.push(chunk)),
            end: () => (isOff() ? "" : stream.end()),
          };
        },
      };
    },
  };
}
