// A lab in; a shell on one of its nodes that carries out whole dialogues and gives them as transcripts are written, out.
import { readFileSync } from "node:fs";
import { type Lab, type LabOptions, startLab } from "../../mocks/lab/start-lab.ts";
import { openShell, type TestShell } from "./front-client.ts";

const labs: Lab[] = [];

/** A lab that `closeLabs` ends. */
export async function openLab(options: LabOptions): Promise<Lab> {
  const lab = await startLab(options);
  labs.push(lab);
  return lab;
}

export async function closeLabs(): Promise<void> {
  await Promise.all(labs.splice(0).map((lab) => lab.close()));
}

const old = {
  kex: ["diffie-hellman-group14-sha1"],
  serverHostKey: ["ssh-rsa"],
  hmac: ["hmac-sha1"],
} as const;

/** `talk` types a line and answers each question in order; from `admin:` to the last line before the next prompt, CR taken out. */
export interface LabTalk {
  readonly shell: TestShell;
  talk(
    line: string,
    ...answers: readonly (readonly [question: string | RegExp, answer: string])[]
  ): Promise<string>;
}

/** Logged in with pagination off, unless the account may not turn it off. */
export async function openTalk(lab: Lab, node?: string, username = "administrator"): Promise<LabTalk> {
  const cluster = lab.cluster();
  const on = node === undefined ? cluster.publisher : cluster.node(node);
  const password = on.accounts.find((account) => account.username === username)?.password ?? "";
  const isOld = on.ssh.algorithms === "legacy";
  const login = { username, password, tryKeyboard: true, ...(isOld ? { algorithms: old as never } : {}) };
  const shell = await openShell(on.sshPort, { login });
  await shell.read(/admin:$/);
  const talk: LabTalk["talk"] = async (line, ...answers) => {
    shell.type(`${line}\r`);
    let text = "";
    for (const [question, answer] of answers) {
      text += await shell.read(question);
      shell.type(`${answer}\r`);
    }
    text += await shell.read(/\n(\r|\u001b\[K)?admin:$/);
    return `admin:${text
      .replaceAll("\r", "")
      .replaceAll("\u001b[K", "")
      .replace(/\nadmin:$/, "")}`;
  };
  if (username !== "reader") await talk("set cli pagination off");
  return { shell, talk };
}

/** A transcript as its source has it, without a prompt or line end after it. */
export function transcript(name: string): string {
  const file = new URL(`../../mocks/transcripts/${name}.txt`, import.meta.url);
  return readFileSync(file, "utf8")
    .trimEnd()
    .replace(/\nadmin:$/, "");
}
