// One command line and its expected questions in; how the conversation ended, with or without the line having been sent, out.
import type { Secret } from "../base/secret.ts";
import { keys } from "./platform-text.ts";
import type { WaitFailure, WaitLimits, Wire } from "./wire.ts";
import type { ExpectedQuestion, WriteCommand } from "./write-commands.ts";

export type DialogueEnd =
  /** The prompt came back; `refusal` says why an answer gave the command up. */
  | { readonly kind: "prompt"; readonly refusal: string | null }
  /** Nothing was sent to this question. */
  | {
      readonly kind: "question";
      readonly name: string;
      readonly missingCredential: string | null;
      readonly refusal: string | null;
    }
  | WaitFailure;

export interface DialogueResult {
  readonly end: DialogueEnd;
  /** True once Enter was handed over: the node may have carried the line out. */
  readonly wasSent: boolean;
}

/**
 * Types the line, waits for its whole echo, presses Enter, pages, answers each expected question once, and stops at the prompt
 * or at the first other question. Typing ahead is not safe: nothing is sent before what it answers was seen.
 */
export async function holdDialogue(
  wire: Wire,
  command: Pick<WriteCommand, "line" | "questions" | "isInOrder"> & { readonly isFilePaged?: true },
  wholeLimits: WaitLimits,
): Promise<DialogueResult> {
  const { channel } = wire;
  const limits = { ...wholeLimits, startMs: wire.now() };
  const failed = (end: DialogueEnd, wasSent: boolean): DialogueResult => ({ end, wasSent });

  channel.begin();
  const unsent = wire.send(command.line);
  if (unsent !== null) return failed({ kind: "closed", reason: unsent }, false);
  const echoed = await wire.wait(() => (channel.hasEchoOf(command.line) ? true : null), limits);
  if (echoed.kind !== "found") return failed(echoed, false);

  channel.begin();
  const refusedEnter = wire.send(keys.enter);
  if (refusedEnter !== null) return failed({ kind: "closed", reason: refusedEnter }, false);

  const asked = new Set<string>();
  const pages = new Set<string>();
  let refusal: string | null = null;
  for (;;) {
    const heard = await wire.wait(() => channel.recognise(command.questions), limits);
    if (heard.kind !== "found") return failed(heard, true);
    const { value } = heard;
    if (value.kind === "prompt") return failed({ kind: "prompt", refusal }, true);
    if (value.kind === "pager") {
      channel.dropPager();
      const unpaged = wire.send(keys.page);
      if (unpaged !== null) return failed({ kind: "closed", reason: unpaged }, true);
      continue;
    }
    const page = command.isFilePaged === true && !pages.has("left") ? channel.dropFilePager() : null;
    if (page !== null) {
      // The last page waits too; one that comes a second time did not turn.
      const isOver = page.isLast || pages.has(page.lines);
      pages.add(isOver ? "left" : page.lines);
      const unturned = wire.send(isOver ? keys.quitPages : keys.nextPage);
      if (unturned !== null) return failed({ kind: "closed", reason: unturned }, true);
      continue;
    }
    const question = command.questions.find(({ name }) => name === value.name);
    const stop = (missingCredential: string | null) =>
      failed({ kind: "question", name: value.name, missingCredential, refusal }, true);
    if (question === undefined || asked.has(question.name) || refusal !== null) return stop(null);
    if (command.isInOrder === true && command.questions[asked.size] !== question) return stop(null);
    if (question.answer === null) return stop(question.credential);
    asked.add(question.name);
    const reply =
      typeof question.answer === "function"
        ? question.answer(channel.wholeText())
        : { text: question.answer, refusal: null };
    refusal = reply.refusal;
    const failure = await answerQuestion(wire, question.echo, reply.text, limits);
    if (failure !== null) return failed(failure, true);
  }
}

/** Null when the answer and Enter were handed over. */
async function answerQuestion(
  wire: Wire,
  echo: ExpectedQuestion["echo"],
  answer: string | Secret,
  limits: WaitLimits,
): Promise<WaitFailure | null> {
  const { channel } = wire;
  const plain = typeof answer === "string" ? answer : answer.reveal();
  channel.settleQuestion();
  const unsent = wire.send(answer);
  if (unsent !== null) return { kind: "closed", reason: unsent };
  if (echo !== "hidden") {
    const isEchoed = (shown: string | undefined) =>
      echo === "stars" ? isStarsFor(plain, shown ?? "") : shown === plain;
    const echoed = await wire.wait(() => (isEchoed(channel.afterQuestion?.trim()) ? true : null), limits);
    if (echoed.kind !== "found") return echoed;
    channel.settleQuestion();
  }
  const refusedEnter = wire.send(keys.enter);
  return refusedEnter === null ? null : { kind: "closed", reason: refusedEnter };
}

/** One star a character; whether a node counts bytes instead is not known. */
function isStarsFor(plain: string, shown: string): boolean {
  const isAll = shown === "*".repeat(shown.length);
  return isAll && [Array.from(plain).length, Buffer.byteLength(plain)].includes(shown.length);
}

/** Sends Ctrl-C and waits for the prompt; false when it did not come. */
export async function stopQuestion(wire: Wire, limits: WaitLimits): Promise<boolean> {
  wire.channel.settleQuestion();
  if (wire.send(keys.stop) !== null) return false;
  const heard = await wire.wait(() => (wire.channel.recognise([])?.kind === "prompt" ? true : null), limits);
  return heard.kind === "found";
}
