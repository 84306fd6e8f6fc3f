// A certificate's dates → expired, expiring soon, or not yet valid.
import { daysLeft } from "../verdict/cert-order.ts";
import { certificateText, type ShownCertificate } from "./presentations.ts";
import { complain, type Complaint } from "./server-findings.ts";

export function judgeDates(
  { certificate, targets }: ShownCertificate,
  { certificateDays, nowMs }: { readonly certificateDays: number; readonly nowMs: number },
): Complaint[] {
  const text = certificateText(certificate);
  const left = daysLeft(certificate, nowMs);
  if (Date.parse(certificate.notBefore) > nowMs) {
    return [
      complain(
        ["certificate-not-yet-valid", "block"],
        targets,
        `${text} is valid only from ${certificate.notBefore} on`,
        "Check the clocks of this machine, of the server and of the authority.",
      ),
    ];
  }
  if (Date.parse(certificate.notAfter) < nowMs) {
    return [
      complain(
        ["certificate-expired", "block"],
        targets,
        `${text} expired on ${certificate.notAfter}`,
        "Renew it, and restart the services that use it.",
      ),
    ];
  }
  if (left >= certificateDays) return [];
  return [
    complain(
      ["certificate-expiring", "warn"],
      targets,
      `${text} expires on ${certificate.notAfter}, ${left === 0 ? "within a day" : `in ${left} ${left === 1 ? "day" : "days"}`}`,
      "Plan its renewal, and the restart of the services that use it.",
    ),
  ];
}
