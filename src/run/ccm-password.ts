// The CCM administrator's password, asked for by resets of 10.x and 11.5: resolved before anything is written.
import { OperatorError } from "../base/errors.ts";
import type { Secret } from "../base/secret.ts";
import { asksForCcmPassword } from "../verdict/release-rules.ts";
import type { RunTools } from "./step-kind.ts";

/** The password, or null where the inventory names none and this release is not known to ask. Throws `inventory-invalid` where it surely asks. */
export async function ccmPasswordOf(
  tools: Pick<RunTools, "cluster" | "resolveSecret">,
  release: string,
): Promise<Secret | null> {
  const { ccm } = tools.cluster.credentials;
  if (ccm !== null) return tools.resolveSecret(ccm.password, `CCM administrator password of ${ccm.username}`);
  if (asksForCcmPassword(release) !== "yes") return null;
  throw new OperatorError(
    "inventory-invalid",
    `the reset of release ${release} asks for the CCM administrator's password, and ${tools.cluster.name} has no credentials.ccm`,
    {
      hint: "Add credentials.ccm (the application user of Cisco Unified CM Administration) to the inventory.",
      place: {
        cluster: tools.cluster.name,
        file: tools.cluster.source.file,
        line: tools.cluster.source.line,
      },
    },
  );
}
