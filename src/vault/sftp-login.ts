// What the server's list of login methods allows and what itlctl has in; one try with each that fits, and what became of it, out.
import type { AnyAuthMethod, AuthenticationType, KeyboardInteractiveAuthMethod } from "ssh2";
import { isPasswordPrompt } from "../base/password-prompt.ts";
import type { Secret } from "../base/secret.ts";

/** `privateKey` is a key file's content, `agent` the path of an agent's socket. */
export interface LoginMeans {
  readonly password: Secret | null;
  readonly privateKey: Buffer | null;
  readonly agent: string | null;
}

/** One login: `next` is asked by the SSH client before each method and answers false when there is nothing more to try. */
export interface SftpLogin {
  next(offered: readonly AuthenticationType[] | null): AnyAuthMethod | false;
  /** Why it went no further, where the server did not simply say no. */
  readonly problem: string | null;
}

/** Keys before the password; the password once, by `password` or, where only that is offered, `keyboard-interactive`. `giveUp` ends the connection. */
export function createSftpLogin(user: string, means: LoginMeans, giveUp: () => void): SftpLogin {
  let wasPasswordSent = false;
  let problem: string | null = null;
  const tried = new Set<string>();

  const answerPrompts: KeyboardInteractiveAuthMethod["prompt"] = (
    _name,
    _text,
    _language,
    prompts,
    finish,
  ) => {
    if (prompts.length === 0) return finish([]);
    if (isPasswordPrompt(prompts) && !wasPasswordSent && means.password !== null) {
      wasPasswordSent = true;
      return finish([means.password.reveal()]);
    }
    problem ??= `it asks ${JSON.stringify(prompts.map((each) => each.prompt.trim()).join(" / "))}`;
    giveUp();
  };
  const methods = (offers: (name: AuthenticationType) => boolean): (() => AnyAuthMethod | null)[] => [
    () =>
      means.privateKey !== null && offers("publickey")
        ? { type: "publickey", username: user, key: means.privateKey }
        : null,
    () =>
      means.agent !== null && offers("publickey")
        ? { type: "agent", username: user, agent: means.agent }
        : null,
    () => {
      if (means.password === null || !offers("password")) return null;
      wasPasswordSent = true;
      tried.add("keyboard-interactive");
      return { type: "password", username: user, password: means.password.reveal() };
    },
    () =>
      means.password !== null && offers("keyboard-interactive")
        ? { type: "keyboard-interactive", username: user, prompt: answerPrompts }
        : null,
  ];

  return {
    get problem() {
      return problem;
    },
    next(offered) {
      if (!tried.has("none")) {
        tried.add("none");
        return { type: "none", username: user };
      }
      const offers = (name: AuthenticationType) => offered?.includes(name) === true;
      for (const choose of methods(offers)) {
        const method = choose();
        if (method === null || tried.has(method.type)) continue;
        tried.add(method.type);
        return method;
      }
      if (tried.size === 1) problem ??= `it offers only ${offered?.join(", ") ?? "nothing"}`;
      return false;
    },
  };
}
