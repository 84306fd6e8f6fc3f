// The words of this call → its --inventory and --state in every command that is told, so that it works as it stands there.
import { shellWord } from "./shell-word.ts";

const repeated = ["--inventory", "--state"];

/** Commands that look into the inventory or the state folder, by their first word. */
const commands =
  /\bitlctl (?=(?:abandon|backup|cert|inventory|itl|phone-config|plan|recover|report|resume|runs?|servers|status)(?![\w-]))/g;

/** `text` with the flags of `argv` behind each `itlctl`; those of the environment stay where they are: in the environment. */
export function repeatFlags(argv: readonly string[], text: string): string {
  const end = argv.indexOf("--");
  const words = end === -1 ? argv : argv.slice(0, end);
  const flags = words.flatMap((word, at) => {
    const flag = repeated.find((name) => word === name || word.startsWith(`${name}=`));
    if (flag === undefined) return [];
    const value = word === flag ? (words[at + 1] ?? "") : word.slice(flag.length + 1);
    // A name that steers a terminal cannot be copied from it.
    return value === "" || /\p{C}/u.test(value) ? [] : [`${flag} ${shellWord(value)}`];
  });
  return flags.length === 0 ? text : text.replaceAll(commands, () => `itlctl ${flags.join(" ")} `);
}
