// A document → stdout in the form this call asked for: JSON, plain lines, or the text for people who see. The one place that decides.
import { type Paint, paintWith } from "../report/paint.ts";
import type { CommandContext } from "./command.ts";
import { repeatFlags } from "./repeat-flags.ts";

/** How text is laid out: columns, and colours or none. */
export interface Look {
  readonly width: number;
  readonly paint: Paint;
}

/** `document` is what --json prints; `renderText` is asked for neither JSON nor plain lines. */
export async function answer(
  { output, settings, world }: Pick<CommandContext, "output" | "settings" | "world">,
  document: object,
  renderText: (look: Look) => string | Promise<string>,
): Promise<void> {
  if (settings.isJson) return output.answerJson(document);
  if (settings.isPlain) {
    const { renderPlainDocument } = await import("../report/document-as-plain.ts");
    return output.answer(repeatFlags(world.argv, renderPlainDocument(document)));
  }
  const text = await renderText({ width: settings.width, paint: paintWith(settings.hasColor) });
  output.answer(repeatFlags(world.argv, text));
}
