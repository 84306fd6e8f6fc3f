// cert list: every certificate of a cluster's nodes, and how long each will last.
import { answer } from "../answer.ts";
import type { Command } from "../command.ts";
import { exitOfVerdict } from "../exit-codes.ts";
import { prepareLook } from "../prepare-look.ts";

export const certList: Command = {
  name: "cert list",
  summary: "every node's certificates, what ends first on top",
  description: [
    "Logs in once to every node of the cluster, side by side, and only reads: which certificates each node has as its own (`show cert list own`), and each of them whole (`show cert own`). Subject, serial, issuer, key, digest and dates are taken from the certificate itself; days are counted by the clock of this machine.",
    "Reports what has ended, what ends within `thresholds.certificateDays` of the inventory, and trust anchors (CallManager, TVS, and ITLRecovery of the publisher) that end so close to each other that one change window would need two of them: phones that miss both changes at once are lost.",
    "A node that does not answer, and a certificate that cannot be read, are findings; the others are listed all the same. A narrow terminal shows the columns that matter most; --json and --plain have every field.",
  ],
  arguments: [{ name: "<cluster>", description: "a name of the inventory" }],
  options: [],
  examples: ["itlctl cert list east", "itlctl cert list east --json"],
  exits: [3, 10, 20],
  async run(context, input) {
    const { findCluster } = await import("../../inventory/select-nodes.ts");
    const cluster = findCluster(await context.loadInventory(), input.words[0] ?? "");
    const [look, { observeCertificates }] = await Promise.all([
      prepareLook([cluster], context),
      import("../../run/observe-certificates.ts"),
    ]);
    const nodes = await look.at(cluster, observeCertificates);
    const [{ judgeCertificates }, { worstOf }, { certificatesDocument }, { renderCertificatesText }] =
      await Promise.all([
        import("../../verdict/judge-certificates.ts"),
        import("../../verdict/verdict.ts"),
        import("../../report/certificates-document.ts"),
        import("../../report/certificates-as-text.ts"),
      ]);
    const nowMs = context.world.clock.now();
    const { certificateDays } = cluster.thresholds;
    const document = certificatesDocument(nodes, judgeCertificates(nodes, { certificateDays, nowMs }), nowMs);
    await answer(context, document, (how) =>
      renderCertificatesText(cluster.name, document, { ...how, certificateDays }),
    );
    return exitOfVerdict(worstOf(document.findings));
  },
};
