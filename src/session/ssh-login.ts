// What the server's list of login methods allows in; exactly one try with the password, and what became of it, out.
import type { AnyAuthMethod, AuthenticationType, KeyboardInteractiveAuthMethod } from "ssh2";
import { isPasswordPrompt } from "../base/password-prompt.ts";
import type { Secret } from "../base/secret.ts";

/** One login: `next` is asked by the SSH client before each method and answers false when there is nothing more to try. */
export interface SshLogin {
  next(offered: readonly AuthenticationType[] | null): AnyAuthMethod | false;
  /** True once the password left: from then on nothing may be tried again, or it would burn a second lockout try. */
  readonly wasPasswordSent: boolean;
  /** Why the password was not sent although a method was open. */
  readonly problem: string | null;
}

/**
 * Asks with `none` first, then takes `password` where it is offered, else `keyboard-interactive` (which release accepts which
 * differs). Keyboard-interactive answers one hidden prompt for a password and nothing else; `giveUp` ends the connection.
 */
export function createSshLogin(username: string, password: Secret, giveUp: () => void): SshLogin {
  let hasAskedForMethods = false;
  let hasChosen = false;
  let wasPasswordSent = false;
  let problem: string | null = null;

  const answerPrompts: KeyboardInteractiveAuthMethod["prompt"] = (
    _name,
    _text,
    _language,
    prompts,
    finish,
  ) => {
    if (prompts.length === 0) return finish([]);
    if (isPasswordPrompt(prompts) && !wasPasswordSent) {
      wasPasswordSent = true;
      return finish([password.reveal()]);
    }
    problem ??= `it asks ${JSON.stringify(prompts.map((each) => each.prompt.trim()).join(" / "))}`;
    giveUp();
  };

  return {
    get wasPasswordSent() {
      return wasPasswordSent;
    },
    get problem() {
      return problem;
    },
    next(offered) {
      if (!hasAskedForMethods) {
        hasAskedForMethods = true;
        return { type: "none", username };
      }
      if (hasChosen) return false;
      hasChosen = true;
      if (offered?.includes("password") === true) {
        wasPasswordSent = true;
        return { type: "password", username, password: password.reveal() };
      }
      if (offered?.includes("keyboard-interactive") === true)
        return { type: "keyboard-interactive", username, prompt: answerPrompts };
      problem = `it offers only ${offered?.join(", ") ?? "nothing"}`;
      return false;
    },
  };
}
