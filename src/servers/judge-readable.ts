// What could not be read of a certificate → findings about hostile or broken ones.
import { certificateText, type Presentation } from "./presentations.ts";
import { complain, type Complaint } from "./server-findings.ts";

export function judgeReadable({ target, asked, certificate, others }: Presentation): Complaint[] {
  const above = others.filter(({ kind }) => kind === "unreadable").length;
  const broken =
    above === 0
      ? []
      : [
          complain(
            ["certificate-part-unreadable", "warn"],
            [target],
            `${above} of the ${others.length} certificates sent after the server's own cannot be read`,
            "Remove what is broken from the -trust store, and restart the service.",
          ),
        ];
  if (certificate.kind === "unreadable") {
    const kind = asked === "old" ? "" : `${asked.toUpperCase()} `;
    return [
      complain(
        ["certificate-unreadable", "block"],
        [target],
        `the ${kind}certificate cannot be read: ${certificate.reason}`,
        "Check that this port is the one meant; then make its certificate anew.",
      ),
      ...broken,
    ];
  }
  const [first, ...rest] = certificate.unread;
  const more = rest.length === 0 ? "" : ` (and ${rest.length} more)`;
  const parts = (first === undefined ? [] : [first]).map(({ part, reason }) =>
    complain(
      ["certificate-part-unreadable", "warn"],
      [target],
      `${part} of ${certificateText(certificate)} cannot be read: ${reason}${more}`,
      "Get the certificate anew; clients may refuse it, and what is in that part was not judged.",
    ),
  );
  return [...parts, ...broken];
}
