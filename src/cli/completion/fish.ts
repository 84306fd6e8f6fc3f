// What may be typed where → a completion script for fish, one `complete` for each word and flag.
import { type FlagWords, flagsWithValue, type Place, type Value } from "./words.ts";

/** Inside single quotes of fish. */
function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

/** Flags of `complete` that offer a value; `wanted` where something must follow. */
function offer(value: Value): string {
  switch (value.kind) {
    case "choices":
      return `-f -a ${quoted(value.choices.join(" "))}`;
    case "files":
      return `-F${value.also.length === 0 ? "" : ` -a ${quoted(value.also.join(" "))}`}`;
    case "folders":
      return "-f -a '(__fish_complete_directories)'";
    case "runs":
      return "-f -a '(__itlctl_runs)'";
    case "free":
      return "-f";
  }
}

function flagLine(place: Place, { long, short, description, value }: FlagWords): string {
  const names = `-l ${long.slice(2)}${short === null ? "" : ` -s ${short.slice(1)}`}`;
  const wanted = value === null ? "" : ` -r ${offer(value)}`;
  return `complete -c itlctl -n ${quoted(`__itlctl_at "${place.path}"`)} ${names}${wanted} -d ${quoted(description)}`;
}

function linesOf(place: Place): string[] {
  const { path, next, values, isEndless } = place;
  const words = next.map(
    ({ word, description }) =>
      `complete -c itlctl -n ${quoted(`__itlctl_at "${path}" 0`)} -f -a ${word} -d ${quoted(description)}`,
  );
  const told = values.flatMap((value, at) => {
    if (value.kind === "free") return [];
    const count = isEndless && at === values.length - 1 ? "" : ` ${at}`;
    return [`complete -c itlctl -n ${quoted(`__itlctl_at "${path}"${count}`)} ${offer(value)}`];
  });
  return [...words, ...told, ...place.flags.map((flag) => flagLine(place, flag))];
}

export function renderFish(places: readonly Place[]): string {
  const paths = places.flatMap(({ path }) => (path === "" ? [] : [quoted(path)]));
  return `# Completion of itlctl for fish: put this file as itlctl.fish into ~/.config/fish/completions, or source it.

function __itlctl_runs
    set -l state $ITLCTL_STATE
    test -n "$state"; or set state (test -n "$XDG_STATE_HOME"; and echo $XDG_STATE_HOME; or echo $HOME/.local/state)/itlctl
    command ls $state/runs 2>/dev/null
end

# True where the words so far lead to that command and, if given, that many arguments stand behind it.
function __itlctl_at -a wanted number
    set -l place
    set -l flag
    set -l count 0
    for word in (commandline -opc)[2..-1]
        if test -n "$flag"
            set flag
            continue
        end
        switch $word
            case ${flagsWithValue(places).join(" ")}
                set flag $word
            case '-*'
            case '*'
                set -l deeper (string trim -- "$place $word")
                if test $count -eq 0; and contains -- $deeper ${paths.join(" ")}
                    set place $deeper
                else
                    set count (math $count + 1)
                end
        end
    end
    test "$place" = "$wanted"; or return 1
    test -z "$number"; or test "$number" = $count
end

complete -c itlctl -f
${places.flatMap(linesOf).join("\n")}
`;
}
