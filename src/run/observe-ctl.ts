// The publisher's session → what `show ctl` prints there, for whoever plans to write the CTL.
import { OperatorError } from "../base/errors.ts";
import type { ShownList } from "../facts/list-facts.ts";
import { parseShownList } from "../facts/show-itl.ts";
import { showCtl } from "../session/read-commands.ts";
import type { LookTools } from "./look.ts";
import { readAnswer } from "../session/read-answer.ts";

/** Null: it could not be had or read, which is a fact for the judgement and no error. */
export async function observeCtl(
  { pool, cluster, signal }: Pick<LookTools, "pool" | "cluster" | "signal">,
  publisher: string,
): Promise<ShownList | null> {
  const node = cluster.nodes.find(({ name }) => name === publisher);
  if (node === undefined) throw new Error(`${publisher} is not in the inventory`);
  try {
    const session = await pool.session(node);
    const { text } = await session.read(showCtl(), signal ? { signal } : {});
    return readAnswer(text, parseShownList, session.mask);
  } catch (error) {
    if (signal?.aborted === true || !(error instanceof OperatorError)) throw error;
    return null;
  }
}
