// A word and its colour → what a terminal shows; without colours the word itself.

export type Color = "red" | "green" | "yellow" | "bold" | "dim";

/** Paints one text; the identity where colours are off. */
export type Paint = (color: Color, text: string) => string;

const codes: Readonly<Record<Color, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  bold: [1, 22],
  dim: [2, 22],
};

export function paintWith(hasColor: boolean): Paint {
  if (!hasColor) return (_color, text) => text;
  return (color, text) => `\u001b[${codes[color][0]}m${text}\u001b[${codes[color][1]}m`;
}

/** The colour of a verdict or severity. */
export function colorOf(word: "pass" | "warn" | "block"): Color {
  return word === "pass" ? "green" : word === "warn" ? "yellow" : "red";
}
