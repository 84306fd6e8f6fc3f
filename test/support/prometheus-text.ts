// Text for Prometheus → its samples, as somebody else's parser of that format reads them.
import { createRequire } from "node:module";

interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly metrics: readonly { readonly value: string; readonly labels?: Readonly<Record<string, string>> }[];
}

const require = createRequire(import.meta.url);
const parse = require("parse-prometheus-text-format") as (text: string) => readonly Family[];

/** Throws where the text is none of that format. */
export function prometheusFamilies(text: string): readonly Family[] {
  return parse(text);
}

/** `name{label="value",...}` with sorted labels → the value. */
export function prometheusSamples(text: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    prometheusFamilies(text).flatMap(({ name, metrics }) =>
      metrics.map(({ labels = {}, value }) => {
        const inside = Object.entries(labels)
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .map(([label, text]) => `${label}=${JSON.stringify(text)}`);
        return [`${name}{${inside.join(",")}}`, Number(value)];
      }),
    ),
  );
}
