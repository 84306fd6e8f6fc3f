// What a run changed → HTML: for each node its list and its certificates, before beside after.
import { type CertificateChange, certificateWord } from "./certificate-changes.ts";
import { htmlCode, htmlLine, htmlName, htmlTable, htmlTime } from "./html-text.ts";
import { listWord, type NodeChange, type ServedList, signerText } from "./run-changes.ts";
import type { RunReport } from "./run-report.ts";

/** A table for each node; empty where nothing was looked at. */
export function renderChangesHtml({ changes, certificates }: RunReport): string {
  const nodes = new Set([...changes, ...certificates].map(({ node }) => node));
  return [...nodes]
    .map((node) => {
      const list = changes.find((change) => change.node === node);
      const own = certificates.filter((change) => change.node === node);
      return htmlTable(
        `${node}: ${changeWords(list, own)}`,
        ["What", "Before the run", "After"],
        [...(list === undefined ? [] : listRows(list)), ...own.flatMap(certificateRows)],
        "even",
      );
    })
    .join("\n");
}

/** `list changed, CallManager renewed, TVS unchanged`. */
function changeWords(list: NodeChange | undefined, certificates: readonly CertificateChange[]): string {
  return [
    ...(list === undefined ? [] : [`list ${listWord(list)}`]),
    ...certificates.map((change) => `${change.unit} ${certificateWord(change)}`),
  ].join(", ");
}

function listRows({ before, after }: NodeChange): string[][] {
  const cells = (tell: (list: ServedList) => string) => [
    before === null ? "not known" : tell(before),
    after === null ? "not known" : tell(after),
  ];
  return [
    ["List served (ITL), SHA-1", ...cells(({ sha1 }) => htmlCode(sha1))],
    ["Its signer", ...cells((list) => htmlName(signerText(list)))],
    [
      "Serial of its signer",
      ...cells(({ signerSerial }) =>
        signerSerial === null ? "not known" : `<code>${htmlName(signerSerial)}</code>`,
      ),
    ],
  ];
}

function certificateRows({ unit, before, after, isChanged }: CertificateChange): string[][] {
  const none = isChanged === false ? "not renewed" : "not known";
  return [
    [
      `${htmlLine(unit)}, serial`,
      before === null ? "not known" : `<code>${htmlName(before.serial)}</code>`,
      after === null ? none : `<code>${htmlName(after.serial)}</code>`,
    ],
    [
      `${htmlLine(unit)}, SHA-1`,
      before === null ? "not known" : htmlCode(before.sha1),
      after === null ? none : htmlCode(after.sha1),
    ],
    ...(after === null
      ? []
      : [
          [
            `${htmlLine(unit)}, valid (UTC)`,
            "",
            `${htmlTime(after.notBefore)} to ${htmlTime(after.notAfter)}`,
          ],
        ]),
  ];
}
