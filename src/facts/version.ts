// The answer of `show version active` in; the release, and how it compares with another, out.
import { answerLines } from "./answer-lines.ts";
import { answerNotUnderstood } from "./not-understood.ts";

/** The first two numbers of a release: `12.5.1.16900-48` is 12 and 5. */
export interface Release {
  readonly major: number;
  readonly minor: number;
}

const command = "show version active";

/** As printed, e.g. `11.5.1.12900-21`. */
export function parseActiveVersion(text: string): string {
  const versions = answerLines(text, command)
    .map(
      (line) =>
        /^Active Master Version\s*:\s*(\d{1,4}(?:\.\d{1,6}){1,4}(?:-\d{1,6})?)$/.exec(line.trim())?.[1],
    )
    .filter((version) => version !== undefined);
  const [version] = versions;
  if (version === undefined || versions.length > 1) {
    throw answerNotUnderstood(command, text, `it names ${versions.length} active versions instead of one`);
  }
  return version;
}

/** Throws answer-not-understood for a text that does not begin with two numbers and a dot. */
export function releaseOf(version: string): Release {
  const numbers = /^(\d{1,4})\.(\d{1,6})(?![^.-])/.exec(version);
  if (!numbers) throw answerNotUnderstood(command, version, "this is no release number");
  return { major: Number(numbers[1]), minor: Number(numbers[2]) };
}

/** True if `release` is `floor` or later, by major and minor number; both may be full version texts. */
export function isAtLeast(release: string | Release, floor: string | Release): boolean {
  const [a, b] = [release, floor].map((either) =>
    typeof either === "string" ? releaseOf(either) : either,
  ) as [Release, Release];
  return a.major > b.major || (a.major === b.major && a.minor >= b.minor);
}
