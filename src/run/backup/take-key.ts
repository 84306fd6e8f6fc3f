// A publisher's session and an open delivery → the bytes of the recovery key as they lie in the vault, or the error that says why not.
import { readAnswer } from "../../session/read-answer.ts";
import { OperatorError } from "../../base/errors.ts";
import { parseFileGet } from "../../facts/file-get.ts";
import { parseFileList } from "../../facts/file-list.ts";
import { fileListTftp } from "../../session/read-commands.ts";
import type { Session } from "../../session/session.ts";
import { getRecoveryKeyFile } from "../../session/write-commands.ts";
import { type Delivery, recoveryKeyFile } from "../../vault/vault.ts";
import type { RunContext } from "../step-kind.ts";
import { deliveryTrouble, dialogueTrouble } from "./backup-trouble.ts";
import { findDelivered } from "./find-delivered.ts";

/** Bytes that arrived, and under which name. */
export interface TakenKey {
  readonly bytes: Buffer;
  readonly deliveredAs: string;
}

/** False only where the node says that it has no such file; an answer that is not known decides nothing. */
export async function hasRecoveryKey(session: Session): Promise<boolean> {
  const answer = await session.read(fileListTftp(recoveryKeyFile));
  try {
    return readAnswer(answer.text, parseFileList, session.mask).kind !== "missing";
  } catch (error) {
    if (error instanceof OperatorError) return true;
    throw error;
  }
}

/** Has the publisher deliver its key, and reads it back. It changes no trust, so nothing about it is ever unknown: it can be taken again. */
export async function takeKey(context: RunContext, session: Session, delivery: Delivery): Promise<TakenKey> {
  const { host, port, user, password, directory, hostKey } = delivery.place;
  const command = getRecoveryKeyFile({ host, port, user, password, directory, hostKey });
  const node = session.node.name;
  context.events.emit({ kind: "sending", step: "backup", node, line: command.line });
  const outcome = await session.write(command, {
    onText: (text) => context.events.emit({ kind: "platform-line", node, text }),
  });
  const told = outcome.kind === "answered" ? parseFileGet(outcome.text) : null;
  if (told?.isMissing) throw noKeyOn(node, outcome.tail);
  if (outcome.kind !== "answered" || outcome.isRefused || told?.isTransferCompleted !== true) {
    // Where its answer was not understood, the session may be out of step.
    await session.close();
    throw dialogueTrouble(outcome, command.line);
  }
  const found = findDelivered(await delivery.files(), told.sizeBytes);
  if (found.kind === "not-found") throw deliveryTrouble(found.why, delivery);
  return { bytes: found.bytes, deliveredAs: found.path };
}

/** Only the publisher has the file (TAC 117598). */
export function noKeyOn(node: string, tail: string): OperatorError {
  const told = tail.trim() === "" ? "" : `: ${tail}`;
  return new OperatorError("platform-refused", `${node} has no ${recoveryKeyFile}${told}`, {
    hint: "Check with `show network cluster` that this node is the publisher; releases before 10.0 have no recovery key.",
  });
}
