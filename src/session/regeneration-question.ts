// What the platform says before it asks whether to regenerate in; yes only where every word of it is on record, else no with the reason, out.

const squeezed = (text: string) => text.replace(/\s+/g, " ").trim();

/** What releases are known to print before the question: tac-05, and for ITLRecovery ext-04. */
const knownWarnings = (unit: string) => [
  "",
  `WARNING: This operation will overwrite any CA signed certificate previously imported for ${unit}`,
  squeezed(`WARNING: If you are using a tokenless CTL and if the CallManager certificate is recently generated, please
    ensure that the CTL File already has the new CallManager certificate and is updated to the endpoints, before generating
    the ITL Recovery certificate. Are you sure want to proceed?`),
];

/** `text` is all that came since the line was sent, its echo and the question included. */
export function judgeRegenerationQuestion(
  text: string,
  unit: string,
): { readonly text: "yes" | "no"; readonly refusal: string | null } {
  const said = squeezed(text)
    .replace(/Proceed with regeneration \(yes\|no\) ?\?$/, "")
    .replace(new RegExp(`^(?:admin: ?)?set cert regen ${unit}(?= |$)`), "")
    .trim();
  if (knownWarnings(unit).includes(said)) return { text: "yes", refusal: null };
  const shown = said.length > 300 ? `${said.slice(0, 300)}…` : said;
  return { text: "no", refusal: `before its question the node says what is on no record: "${shown}"` };
}
