// The HTML page of a run: its outline, its links and pictures, and that no text of others becomes anything but text.
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { renderRunHtml } from "../../src/report/run-as-html.ts";
import { allOf, type HtmlNode, parseHtml, textOf } from "../support/html-tree.ts";
import { entries, report, spoilt, transcripts } from "./report-material.ts";

const page = parseHtml(renderRunHtml({ report, transcripts }));
const named = (root: HtmlNode, ...names: string[]) => allOf(root).filter(({ name }) => names.includes(name));
const section = (id: string) => {
  const found = allOf(page).find(({ attributes }) => attributes["id"] === id);
  if (found === undefined) throw new Error(`no section ${id}`);
  return found;
};

describe("the page", () => {
  test("tells the outcome first, then what to do, then the rest, under headings in order", () => {
    expect(named(page, "h1", "h2", "h3").map((node) => `${node.name} ${textOf(node)}`)).toEqual([
      ...["h1 east: failed", "h2 What to do next", "h2 Contents", "h2 What changed on each node"],
      ...["h2 Findings and advice", "h2 Timeline", "h2 Steps", "h2 Sent to the cluster", "h2 Backup"],
      ...["h2 Every command and what the node answered", "h3 pub", "h2 Evidence"],
    ]);
    expect(textOf(section("next"))).toContain("not proven on tftp2");
    expect(textOf(section("next")).trim().split("\n")).toEqual([
      ...["What to do next", "not proven on tftp2", "Look at tftp2", "itlctl resume r1"],
    ]);
    expect(textOf(named(section("next"), "pre")[0] ?? page)).toBe("itlctl resume r1");
  });

  test("says for each node which list it served and which certificates it had, before and after", () => {
    const tables = named(section("changes"), "table").map((table) => [
      textOf(named(table, "caption")[0] ?? table),
      ...named(table, "tr")
        .slice(1)
        .map((row) => named(row, "th", "td").map(textOf).join(" | ")),
    ]);
    expect(tables).toEqual([
      [
        "pub: list changed, TVS renewed",
        `List served (ITL), SHA-1 | ${"a".repeat(40)} | ${"b".repeat(40)}`,
        "Its signer | CallManager | CallManager, CN=pub",
        "Serial of its signer | 4E:9A | 4E:9B",
        "TVS, serial | 51:0A | 51:0B",
        `TVS, SHA-1 | ${"1".repeat(40)} | ${"2".repeat(40)}`,
        "TVS, valid (UTC) |  | 2026-11-20 22:02:00 to 2031-11-20 22:02:00",
      ],
      [
        "tftp2: list not known",
        `List served (ITL), SHA-1 | not known | ${"b".repeat(40)}`,
        "Its signer | not known | CallManager, CN=pub",
        "Serial of its signer | not known | 4E:9B",
      ],
      [
        "cm3: TVS unchanged",
        "TVS, serial | 53:0A | not renewed",
        `TVS, SHA-1 | ${"3".repeat(40)} | not renewed`,
      ],
    ]);
    expect(textOf(named(page, "header")[0] ?? page)).toContain("Nodes changed1 of 3, 1 not known");
  });

  test("each cell says its head, for a page too narrow for columns", () => {
    const cells = named(section("changes"), "td").map(({ attributes }) => attributes["data-head"]);
    expect([...new Set(cells)]).toEqual(["Before the run", "After"]);
  });

  test("has every command folded away, the writing ones marked, answers and all", () => {
    const folded = named(section("transcripts"), "details");
    expect(folded.map((node) => textOf(named(node, "summary")[0] ?? node))).toEqual([
      "pub 1 command, 1 of them changes the cluster",
      "2026-11-20 22:00:00 login and notes",
      "2026-11-20 22:01:00 utils itl reset localkey changes the cluster",
    ]);
    expect(folded.every(({ attributes }) => !("open" in attributes))).toBe(true);
    expect(textOf(named(folded[2] ?? page, "pre")[0] ?? page)).toBe(
      "Enter CCM Administrator password :••••\nSuccessfully reset\nadmin:",
    );
  });

  test("names findings with their advice, the backup, and the digest of every file", () => {
    expect(textOf(section("findings"))).toContain("Advice: Check NTP.");
    expect(textOf(section("backup"))).toContain("matched: a note");
    expect(textOf(section("evidence"))).toContain(`runs/r1/journal.jsonl4711${"e".repeat(64)}`);
  });

  test("links only inside itself, and every id is there once", () => {
    const ids = allOf(page).flatMap(({ attributes }) => attributes["id"] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = named(page, "a").map(({ attributes }) => attributes["href"] ?? "");
    expect(links.length).toBeGreaterThan(7);
    const labels = allOf(page).flatMap(({ attributes }) => attributes["aria-labelledby"]?.split(" ") ?? []);
    for (const id of [...links.map((link) => link.replace(/^#/, "")), ...labels]) expect(ids).toContain(id);
  });

  test("allows itself one style sheet and nothing else", () => {
    const policy = named(page, "meta").find(({ attributes }) => attributes["http-equiv"] !== undefined);
    const style = named(page, "style");
    expect(style).toHaveLength(1);
    const hash = createHash("sha256")
      .update(textOf(style[0] ?? page))
      .digest("base64");
    expect(policy?.attributes["content"]).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
    expect(textOf(style[0] ?? page)).not.toMatch(/url\(|@import|expression/);
    for (const scheme of ["prefers-color-scheme: dark", "@media print"])
      expect(textOf(style[0] ?? page)).toContain(scheme);
  });
});

test("its colours can be read in light and dark: 4.5:1 on both backgrounds", () => {
  const css = textOf(named(page, "style")[0] ?? page);
  const schemes = [...css.matchAll(/:root \{([^}]*)\}/g)].map((match) => {
    return Object.fromEntries(
      [...(match[1] ?? "").matchAll(/--([a-z]+): (#[0-9a-f]{6})/g)].map(([, name = "", value = ""]) => [
        name,
        value,
      ]),
    );
  });
  expect(schemes).toHaveLength(3);
  for (const { back = "", panel = "", line: _line, ...colors } of schemes)
    for (const [name, color] of Object.entries(colors))
      for (const ground of [back, panel])
        expect(contrast(color, ground), `${name} ${color} on ${ground}`).toBeGreaterThanOrEqual(4.5);
});

test("a command in a sentence stands as one, and a lone backtick stays", () => {
  const [finding] = report.findings;
  if (finding === undefined) throw new Error("the material has no finding");
  const findings = [{ ...finding, advice: "Run `utils <x>` and `", node: "pub", message: "pub: slow" }];
  const root = parseHtml(renderRunHtml({ report: { ...report, findings }, transcripts }));
  const panel = allOf(root).find(({ attributes }) => attributes["class"] === "panel open") ?? root;
  expect(textOf(panel)).toBe("warn pub: slow clock-skewAdvice: Run utils <x> and `");
  expect(named(panel, "code").map(textOf)).toEqual(["clock-skew", "utils <x>"]);
});

describe("the timeline", () => {
  const svg = named(page, "svg")[0] ?? page;

  const bars = named(svg, "g").flatMap((row) => named(row, "rect"));
  const labels = named(svg, "g").map((row) => textOf(named(row, "text")[0] ?? row));

  test("has a line of words and a bar for each span, inside the picture, none without a width", () => {
    const share = (text: string | undefined) => Number(/^(.*)%$/.exec(text ?? "")?.[1]);
    expect(labels).toEqual([
      ...["preflight, 1 min", "pub> utils itl reset localkey, 1 min"],
      ...["waits for a person: phones, 38 min", "verify-normal, 1 min"],
    ]);
    expect(bars).toHaveLength(labels.length);
    for (const { attributes } of bars) {
      expect(share(attributes["width"])).toBeGreaterThan(0.5);
      expect(share(attributes["x"]) + share(attributes["width"])).toBeLessThanOrEqual(100);
      expect(Number(attributes["y"]) + Number(attributes["height"])).toBeLessThanOrEqual(
        Number(svg.attributes["height"]),
      );
    }
    expect(share(bars[2]?.attributes["width"])).toBeGreaterThan(share(bars[0]?.attributes["width"]));
  });

  test("draws a wait for a person with stripes, not by colour alone", () => {
    const patterns = named(svg, "pattern").map(({ attributes }) => attributes["id"]);
    expect(bars.map(({ attributes }) => attributes["fill"])).toEqual([
      ...[undefined, undefined, `url(#${patterns[0]})`, undefined],
    ]);
  });

  test("has a title and a text that says the same, and so does a table", () => {
    expect(svg.attributes["role"]).toBe("img");
    expect(named(svg, "title").map(textOf)[0]).toBe("Timeline of the run");
    const told = textOf(named(svg, "desc")[0] ?? svg);
    expect(told).toContain("2026-11-20T22:00:00Z to 2026-11-20T22:41:00Z");
    for (const label of labels) expect(told).toContain(label);
    const rows = named(section("timeline"), "tr").slice(1).map(textOf);
    expect(rows).toHaveLength(report.timeline.length);
    expect(rows).toContain("2026-11-20 22:02:0038 minwait for a personphonesReset the phones");
  });
});

const elements = new Set(
  "html head meta title style body header h1 h2 h3 dl dt dd nav ol li a main section p div strong span table caption thead tbody tr th td code details summary time pre kbd svg desc line text g rect defs pattern tspan wbr".split(
    " ",
  ),
);

describe.each([
  ["HTML", `</pre></td><script>alert(1)</script><img src=x onerror="alert(1)">`],
  ["an end of the style sheet", "</style><style>*{}</style></title><!--"],
  ["quotes and entities", `"' onload='x' &amp; &#60;b&#62; ]]>`],
  ["a picture", `"/><svg onload="x"><foreignObject><a href="javascript:x">`],
  ["what steers a terminal", "\u001b[2J\u001b]0;x\u0007\u0000\u009b31m"],
  ["what turns the reading direction", "\u202egpj.exe\u2066\u2069\u200f\u061c"],
  ["long words and lines", `${"A".repeat(3000)}\r\n\t\n`],
])("%s in every field", (_what, hostile) => {
  const html = renderRunHtml(spoilt({ report, transcripts }, (text) => `${text}${hostile}`));
  const root = parseHtml(html);

  test("stays text: no element, attribute or link that the page without it has not", () => {
    expect([...new Set(allOf(root).map(({ name }) => name))].filter((name) => !elements.has(name))).toEqual(
      [],
    );
    const shapes = (tree: HtmlNode) =>
      allOf(tree).map(({ name, attributes }) => [name, Object.keys(attributes)]);
    // What is drawn goes by times, and where a name may break goes by its colons.
    const isTimed = ([name]: readonly unknown[]) =>
      !["g", "title", "text", "tspan", "line", "rect", "wbr"].includes(String(name));
    expect(shapes(root).filter(isTimed)).toEqual(
      shapes(parseHtml(renderRunHtml(spoilt({ report, transcripts }, (text) => `${text}x`)))).filter(isTimed),
    );
    for (const { attributes } of allOf(root)) expect(attributes["href"] ?? "#").toMatch(/^#/);
  });

  test("leaves no character that steers a terminal or turns text round", () => {
    expect(html).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/,
    );
  });

  test("is shown as it is, where it can be shown", () => {
    const shown = hostile.replace(/[^ -~]/g, "");
    if (shown === hostile) expect(textOf(root)).toContain(`the clock is 3 s ahead${hostile}`);
    else expect(textOf(root)).toMatch(/\\x1b|\\u202e|A{3000}/);
  });
});

test("a run of which there is nothing but its beginning has a page too", () => {
  const [first] = entries;
  expect(first?.kind).toBe("run-started");
  const bare = {
    ...report,
    changes: [],
    certificates: [],
    timeline: [],
    evidence: [],
    steps: [],
    findings: [],
    writes: [],
  };
  const root = parseHtml(
    renderRunHtml({
      report: { ...bare, backup: null, error: null, next: null, outcome: "running" },
      transcripts: [],
    }),
  );
  expect(named(root, "h2").map(textOf)).toEqual([
    ...["What to do next", "Contents", "Findings and advice", "Sent to the cluster", "Evidence"],
  ]);
  expect(textOf(root)).toContain("Wait: the run is under way.");
});

/** Of two colours `#rrggbb`, as WCAG 2 counts it. */
function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
