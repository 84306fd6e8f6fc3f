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
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 70rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
code, pre, kbd { font: .875em/1.45 ui-monospace, monospace; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; color: var(--soft); padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .7rem .35rem 0; border-bottom: 1px solid var(--line); min-width: 6rem; }
thead th { color: var(--soft); font-weight: 600; }
tbody th { font-weight: 600; }
.good { color: var(--good); } .open { color: var(--open); } .bad { color: var(--bad); }
.word { font-weight: 700; }
.panel { background: var(--panel); border-left: 4px solid var(--line); padding: .7rem 1rem; margin: .8rem 0; }
.panel p { margin: .2rem 0; }
details { border-bottom: 1px solid var(--line); }
summary { cursor: pointer; padding: .3rem 0; }
summary time { color: var(--soft); }
pre { background: var(--panel); margin: .2rem 0 .8rem; padding: .7rem; white-space: pre-wrap; }
kbd { font-weight: 700; color: var(--sent); }
svg.timeline { display: block; width: 100%; min-width: 44rem; height: auto; font: 12px system-ui, sans-serif; }
svg .axis { stroke: var(--line); }
svg text { fill: var(--text); } svg .tick { fill: var(--soft); }
svg rect { fill: var(--open); } svg rect.good { fill: var(--good); } svg rect.bad { fill: var(--bad); }
svg rect.write { fill: var(--sent); } svg rect.pause { fill: var(--pause); }
@media print {
  :root { --text: #000000; --back: #ffffff; --soft: #444444; --line: #999999; --panel: #ffffff; --link: #000000; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  nav { display: none; }
  .wide { overflow: visible; }
  svg.timeline { min-width: 0; }
  h2, h3, summary { break-after: avoid; }
  tr, .panel { break-inside: avoid; }
}
`;

/** No source of anything but this one style sheet: no script, no request, no form, no frame. */
export const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(htmlStyle).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
