// The style sheet of an HTML report → text and its hash for the Content-Security-Policy: nothing else may style the page.
import { createHash } from "node:crypto";

/** Every text colour has a contrast of at least 4.5:1 on its background, in both schemes; bars at least 3:1. */
export const htmlStyle = `
:root { color-scheme: light dark; --text: #1b1f24; --back: #ffffff; --soft: #555d68; --line: #c9ced6; --panel: #f4f6f8;
  --link: #0b4fb3; --good: #17692f; --open: #7a5400; --bad: #a61b14; --sent: #0b4fb3; --pause: #666d79; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6e9ee; --back: #14171c; --soft: #aab2bf; --line: #3a414c; --panel: #1e232a;
    --link: #8db8ff; --good: #5fd07f; --open: #e2b34a; --bad: #ff8d85; --sent: #8db8ff; --pause: #98a2b0; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1.25rem 4rem; max-width: 68rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header { background: var(--panel); border-left: .5rem solid var(--line); padding: 1.1rem 1.3rem 1.2rem; }
header.good { border-color: var(--good); } header.open { border-color: var(--open); } header.bad { border-color: var(--bad); }
header.good, header.open, header.bad { color: var(--text); }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0; }
header h2 { font-size: 1rem; margin: 1.1rem 0 .1rem; }
header.good h1 { color: var(--good); } header.open h1 { color: var(--open); } header.bad h1 { color: var(--bad); }
header p { margin: .2rem 0; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 0 0 .7rem; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .3rem; }
main section { margin-top: 2.4rem; padding-top: 1.4rem; border-top: 1px solid var(--line); }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code, pre, kbd { font: .875rem/1.45 ui-monospace, monospace; }
time { font-variant-numeric: tabular-nums; }
dl { margin: 0; }
dl div { display: grid; grid-template-columns: 11rem 1fr; gap: 0 1rem; padding: .15rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
dl.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: .7rem 1.5rem; margin: 1.2rem 0 0; }
dl.facts div { display: block; padding: 0; }
dl.facts dt { font-size: .875rem; }
dl.facts dd { font-weight: 600; }
dl.facts div:last-child { grid-column: 1 / -1; }
nav { margin-top: 1.2rem; font-size: .92rem; }
nav h2 { font-size: 1rem; margin: 0 0 .2rem; }
nav ol { display: flex; flex-wrap: wrap; gap: .1rem 1.3rem; list-style: none; margin: 0; padding: 0; }
nav a { display: inline-block; padding: .2rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; margin: 0 0 1.6rem; }
table.even { table-layout: fixed; }
table.even thead th:first-child { width: 12.5rem; }
table.even code { font-size: .8125rem; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem 1rem .4rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-size: .875rem; font-weight: 600; overflow-wrap: normal; }
tbody th { font-weight: 600; min-width: 8rem; }
td time, th time, td .word, .number { white-space: nowrap; }
th time { font-weight: 400; }
.good { color: var(--good); } .open { color: var(--open); } .bad { color: var(--bad); }
.panel.open, .panel.bad { color: var(--text); }
.word { font-weight: 700; }
.soft { color: var(--soft); }
.panel { background: var(--panel); border-left: 4px solid var(--open); padding: .6rem 1rem; margin: .8rem 0; }
.panel.bad { border-color: var(--bad); }
.panel p { margin: .2rem 0; }
details { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: .45rem 0; }
details.node > summary { padding: .6rem 0; color: var(--soft); }
details.node > summary h3 { display: inline; color: var(--text); margin-right: .5rem; }
details.node > details { margin-left: 1.2rem; }
details.node > details:last-child { border-bottom: 0; }
details > table { margin-top: .6rem; }
summary time { color: var(--soft); margin-right: .6rem; }
pre { background: var(--panel); margin: .2rem 0 .8rem; padding: .7rem; white-space: pre-wrap; }
header pre { background: var(--back); border: 1px solid var(--line); margin: .4rem 0 0; }
kbd { font-weight: 700; color: var(--sent); }
svg.timeline { display: block; margin: .4rem 0 1.2rem; font: 14px system-ui, sans-serif; }
svg text { fill: var(--text); } svg .tick { fill: var(--soft); } svg .axis { stroke: var(--line); }
svg rect.good { fill: var(--good); } svg rect.bad { fill: var(--bad); } svg rect.open, svg rect.hold { fill: var(--open); }
svg rect.write { fill: var(--sent); } pattern .wait { fill: var(--open); } pattern .pause { fill: var(--pause); }
svg rect.striped.wait { stroke: var(--open); } svg rect.striped.pause { stroke: var(--pause); }
@media (max-width: 44rem) {
  body { padding: 0 0 3rem; }
  header { padding: 1.1rem 1rem 1.2rem; }
  nav, main { padding: 0 1rem; }
  h1 { font-size: 1.5rem; }
  dl.facts { grid-template-columns: 1fr 1fr; }
  dl div { grid-template-columns: 1fr; }
  table, caption, tbody, tr, th, td { display: block; }
  table.even thead, thead { display: none; }
  caption { padding-bottom: .5rem; }
  tbody tr { border-top: 1px solid var(--line); padding: .5rem 0; }
  tbody th, td { border: 0; padding: .1rem 0; }
  td:empty { display: none; }
  td::before { content: attr(data-head) ": "; color: var(--soft); }
}
@media print {
  :root { --text: #000000; --back: #ffffff; --soft: #444444; --line: #999999; --panel: #ffffff; --link: #000000;
    --good: #17692f; --open: #7a5400; --bad: #a61b14; --sent: #0b4fb3; --pause: #666d79; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  svg { print-color-adjust: exact; }
  h2, h3, summary { break-after: avoid; }
  tr, .panel, svg { break-inside: avoid; }
}
`;

/** No source of anything but this one style sheet: no script, no request, no form, no frame. */
export const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(htmlStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
