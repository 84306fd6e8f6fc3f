// phone-config check: is this phone's configuration really encrypted, and if not, why.
import { answer } from "../answer.ts";
import type { Command, CommandContext } from "../command.ts";
import { exitOfVerdict } from "../exit-codes.ts";
import { loadCertificate } from "../load-certificate.ts";
import { prepareLook } from "../prepare-look.ts";

export const phoneConfigCheck: Command = {
  name: "phone-config check",
  summary: "is this phone's configuration really encrypted, and if not, why",
  description: [
    "Goes through the whole troubleshooting list in its order and tells for each step what was asked, where, and what came back: the phone's row in the database and its security profile, the CAPF service, the two files and the ITL of every TFTP node as the phone fetches them, the certificate hash against the database, the CAPF port and its certificate against every ITL, the signatures, the model against the oldest TLS that is spoken, and the dates. Then it names the phone's state in one word, says what that means and what to do next.",
    "Logs in once, to the publisher, and only reads. At the CAPF port it makes the TLS handshake, listens to the first bytes and sends nothing, so no phone's certificate is touched. What it sees is the way from this machine; that of the phone may be another.",
    "Not encrypted is not always a fault: a profile without the option and a phone that waits for CAPF are warnings, and a phone with SIP OAuth, which fetches over HTTPS instead, is none. A node that does not answer is a finding.",
  ],
  arguments: [
    { name: "<cluster>", description: "a name of the inventory" },
    { name: "<device>", description: "SEP and the 12 hex digits of the phone's MAC address" },
  ],
  options: [
    {
      flags: "--phone-certificate <PEM>",
      description: "the phone's LSC or MIC, to compare with what its file is made for",
    },
  ],
  examples: [
    "itlctl phone-config check east SEPA45630BBFA40",
    "itlctl phone-config check east SEPA45630BBFA40 --phone-certificate lsc.pem --json",
  ],
  exits: [3, 10, 15, 20],
  async run(context, input) {
    const [name = "", typed = ""] = input.words;
    const { deviceName } = await import("../../phone-config/device-name.ts");
    const device = deviceName(typed);
    const { findCluster } = await import("../../inventory/select-nodes.ts");
    const cluster = findCluster(await context.loadInventory(), name);
    const phoneCertificate = await loadPhoneCertificate(input.text("phoneCertificate"), context);
    const [look, { observePhoneConfig }, { readHandshake }] = await Promise.all([
      prepareLook([cluster], context),
      import("../../phone-config/observe-phone-config.ts"),
      import("../../handshake/read-handshake.ts"),
    ]);
    const seen = await look.at(cluster, (tools) =>
      observePhoneConfig({ ...tools, readHandshake, phoneCertificate }, device),
    );
    const [{ judgePhoneConfig }, { phoneConfigCheckDocument }, { renderPhoneConfigCheckText }] =
      await Promise.all([
        import("../../phone-config/judge-phone-config.ts"),
        import("../../report/phone-config-check-document.ts"),
        import("../../report/phone-config-check-as-text.ts"),
      ]);
    const document = phoneConfigCheckDocument(seen, judgePhoneConfig(seen));
    await answer(context, document, (how) => renderPhoneConfigCheckText(document, how));
    return exitOfVerdict(document.verdict);
  },
};

async function loadPhoneCertificate(path: string | null, context: CommandContext) {
  if (path === null) return null;
  const { readPhoneCertificate } = await import("../../phone-config/phone-certificate.ts");
  return readPhoneCertificate(await loadCertificate(path, "--phone-certificate", context), path);
}
