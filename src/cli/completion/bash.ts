// What may be typed where → a completion script for bash 3.2 and later; it needs no other package.
import { flagsWithValue, type Place, type Value } from "./words.ts";

/** A line of shell that offers a value; nothing for what nobody can know. */
function offer(value: Value): string {
  switch (value.kind) {
    case "choices":
      return `offer="${value.choices.join(" ")}"`;
    case "files":
      return `_itlctl_paths -f${value.also.length === 0 ? "" : `; offer="${value.also.join(" ")}"`}`;
    case "folders":
      return "_itlctl_paths -d";
    case "runs":
      return 'offer="$(_itlctl_runs)"';
    case "free":
      return ":";
  }
}

function flagValues({ path, flags }: Place): string[] {
  return flags.flatMap(({ long, value }) =>
    value === null || value.kind === "free" ? [] : [`    "${path}:${long}") ${offer(value)} ;;`],
  );
}

function flagNames({ path, flags }: Place): string {
  return `    "${path}") offer="${flags.flatMap(({ long, short }) => [long, short ?? []].flat()).join(" ")}" ;;`;
}

function wordsAt({ path, next, values, isEndless }: Place): string[] {
  const commands =
    next.length === 0 ? [] : [`    "${path}:0") offer="${next.map(({ word }) => word).join(" ")}" ;;`];
  const told = values.flatMap((value, at) => {
    const count = isEndless && at === values.length - 1 ? "*" : String(at);
    return value.kind === "free" ? [] : [`    "${path}:"${count}) ${offer(value)} ;;`];
  });
  return [...commands, ...told];
}

export function renderBash(places: readonly Place[]): string {
  const paths = places.flatMap(({ path }) => (path === "" ? [] : [`"${path}"`]));
  return `# Completion of itlctl for bash: source this file, or put it where bash-completion looks for one named itlctl.

_itlctl_runs() {
  ls "\${ITLCTL_STATE:-\${XDG_STATE_HOME:-$HOME/.local/state}/itlctl}/runs" 2>/dev/null
}

_itlctl_paths() {
  compopt -o filenames 2>/dev/null
  local path
  while IFS= read -r path; do COMPREPLY+=("$path"); done < <(compgen "$1" -- "$cur")
}

_itlctl() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" place="" flag="" offer="" word at=1 count=0
  COMPREPLY=()
  while [ "$at" -lt "$COMP_CWORD" ]; do
    word="\${COMP_WORDS[at]}"
    at=$((at + 1))
    if [ -n "$flag" ]; then
      if [ "$word" != "=" ]; then flag=""; fi
      continue
    fi
    case "$word" in
    ${flagsWithValue(places).join(" | ")}) flag="$word" ;;
    -*) ;;
    *)
      case "\${place:+$place }$word" in
      ${paths.join(" | ")}) if [ "$count" -eq 0 ]; then place="\${place:+$place }$word"; else count=$((count + 1)); fi ;;
      *) count=$((count + 1)) ;;
      esac
      ;;
    esac
  done
  if [ -n "$flag" ]; then
    if [ "$cur" = "=" ]; then cur=""; fi
    case "$place:$flag" in
${places.flatMap(flagValues).join("\n")}
    esac
  elif [ "\${cur#-}" != "$cur" ]; then
    case "$place" in
${places.map(flagNames).join("\n")}
    esac
  else
    case "$place:$count" in
${places.flatMap(wordsAt).join("\n")}
    esac
  fi
  if [ -n "$offer" ]; then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$offer" -- "$cur")
  fi
}

complete -F _itlctl itlctl
`;
}
