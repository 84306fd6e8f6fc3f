// What may be typed where → a completion script for zsh, with a line on every word.
import { flagsWithValue, type Place, type Value } from "./words.ts";

/** Inside single quotes of zsh. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** An entry of `_describe`: a colon ends the word. */
function described(word: string, description: string): string {
  return quoted(`${word.replaceAll(":", "\\:")}:${description}`);
}

function offer(value: Value): string {
  switch (value.kind) {
    case "choices":
      return `compadd -- ${value.choices.join(" ")}`;
    case "files":
      return `${value.also.length === 0 ? "" : `compadd -- ${value.also.join(" ")}; `}_files`;
    case "folders":
      return "_files -/";
    case "runs":
      return "_itlctl_runs";
    case "free":
      return "_message 'a value'";
  }
}

function flagValues({ path, flags }: Place): string[] {
  return flags.flatMap(({ long, value }) =>
    value === null ? [] : [`    ${quoted(`${path}:${long}`)}) ${offer(value)} ;;`],
  );
}

function flagNames({ path, flags }: Place): string {
  const entries = flags.map(({ long, description }) => described(long, description));
  return `    ${quoted(path)}) offered=(${entries.join(" ")}) ;;`;
}

function wordsAt({ path, next, values, isEndless }: Place): string[] {
  const entries = next.map(({ word, description }) => described(word, description));
  const commands =
    next.length === 0
      ? []
      : [`    ${quoted(`${path}:0`)}) offered=(${entries.join(" ")}); _describe command offered ;;`];
  const told = values.map((value, at) => {
    const count = isEndless && at === values.length - 1 ? "*" : String(at);
    return `    ${quoted(`${path}:`)}${count}) ${offer(value)} ;;`;
  });
  return [...commands, ...told];
}

export function renderZsh(places: readonly Place[]): string {
  const paths = places.flatMap(({ path }) => (path === "" ? [] : [quoted(path)]));
  return `#compdef itlctl
# Completion of itlctl for zsh: put this file as _itlctl into a folder of $fpath, or source it after compinit.

_itlctl_runs() {
  local -a found
  found=("\${ITLCTL_STATE:-\${XDG_STATE_HOME:-$HOME/.local/state}/itlctl}"/runs/*(N:t))
  compadd -a found
}

_itlctl() {
  local place="" flag="" word
  local -i at=2 count=0
  local -a offered
  while (( at < CURRENT )); do
    word="\${words[at]}"
    (( at += 1 ))
    if [[ -n "$flag" ]]; then
      flag=""
      continue
    fi
    case "$word" in
    ${flagsWithValue(places).join("|")}) flag="$word" ;;
    -*) ;;
    *)
      case "\${place:+$place }$word" in
      ${paths.join("|")}) if (( count == 0 )); then place="\${place:+$place }$word"; else (( count += 1 )); fi ;;
      *) (( count += 1 )) ;;
      esac
      ;;
    esac
  done
  if [[ -z "$flag" && "\${words[CURRENT]}" == --*=* ]]; then
    flag="\${words[CURRENT]%%=*}"
    compset -P '*='
  fi
  if [[ -n "$flag" ]]; then
    case "$place:$flag" in
${places.flatMap(flagValues).join("\n")}
    esac
  elif [[ "\${words[CURRENT]}" == -* ]]; then
    case "$place" in
${places.map(flagNames).join("\n")}
    esac
    _describe option offered
  else
    case "$place:$count" in
${places.flatMap(wordsAt).join("\n")}
    esac
  fi
}

if [[ "\${funcstack[1]}" == _itlctl ]]; then
  _itlctl "$@"
else
  compdef _itlctl itlctl
fi
`;
}
