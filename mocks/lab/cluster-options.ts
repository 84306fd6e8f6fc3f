// What a test or a scenario says about a cluster, plain and JSON-able; everything else has defaults here.
import type { NodeRole } from "../../src/inventory/cluster.ts";
import type { LabCapf } from "./capf-truth.ts";
import type { LabAccount, LabRelease, LabSwitches, LabTexts, LabUnit } from "./model.ts";
import { type LabPhoneConfig, phoneConfigOf } from "./phone-config-truth.ts";

export interface LabNodeOptions {
  readonly name: string;
  readonly role?: NodeRole;
  /** Default 127.0.0.1. */
  readonly address?: string;
  readonly isTftp?: boolean;
  readonly isTvs?: boolean;
  readonly isCallManager?: boolean;
  readonly clockSkewMs?: number;
  /** Key size of this node's TVS certificate, where it differs (10.0 sample: one 2048-bit TVS). */
  readonly tvsKeyBits?: number;
  readonly authMethods?: readonly ("password" | "keyboard-interactive")[];
  readonly bannerMs?: number;
}

export interface LabPhoneOptions {
  /** Default: `SEP` and a MAC counted up. */
  readonly name?: string;
  /** Default: the first TFTP node. */
  readonly tftpNode?: string;
  readonly isPoweredOn?: boolean;
  /** Default: no encryption. */
  readonly config?: Partial<LabPhoneConfig>;
}

export interface LabClusterOptions {
  readonly name: string;
  readonly release: LabRelease;
  /** Default: `pub` and `tftp2`, both with TFTP and TVS. The first is the publisher unless a role says otherwise. */
  readonly nodes?: readonly LabNodeOptions[];
  /** Phones one by one, or a number of them for every TFTP node (default 2). */
  readonly phones?: readonly LabPhoneOptions[] | number;
  readonly domain?: string;
  readonly keyBits?: number;
  readonly recoveryKeyBits?: number;
  /** Units whose first certificate a CA signed; a regeneration overwrites it with a self-signed one. */
  readonly caSigned?: readonly LabUnit[];
  /** Default false: the ECDSA units of the release too, which no list names; true in a lab that is logged in to. */
  readonly hasEcdsaUnits?: boolean;
  readonly isMixedMode?: boolean;
  readonly accounts?: readonly LabAccount[];
  readonly securityPassword?: string;
  readonly capf?: Partial<Pick<LabCapf, "manner" | "tls" | "certificate">>;
  readonly switches?: Partial<LabSwitches>;
  readonly texts?: Partial<LabTexts>;
}

/** The nodes with their roles settled. */
export function nodesOf(options: LabClusterOptions): (LabNodeOptions & { readonly role: NodeRole })[] {
  const nodes = options.nodes ?? [{ name: "pub" }, { name: "tftp2" }];
  const named = nodes.findIndex(({ role }) => role === "publisher");
  return nodes.map((node, index) => ({
    ...node,
    role: index === Math.max(named, 0) ? "publisher" : "subscriber",
  }));
}

/** The phones with their names and TFTP nodes settled. */
export function phonesOf(
  options: LabClusterOptions,
  tftpNodes: readonly string[],
): (Required<Omit<LabPhoneOptions, "config">> & { readonly config: LabPhoneConfig })[] {
  const asked = options.phones ?? 2;
  const phones =
    typeof asked === "number"
      ? tftpNodes.flatMap((tftpNode) => Array.from({ length: asked }, () => ({ tftpNode })))
      : asked;
  return phones.map((phone: LabPhoneOptions, index) => ({
    name: phone.name ?? `SEP0011223344${(index + 1).toString(16).toUpperCase().padStart(2, "0")}`,
    tftpNode: phone.tftpNode ?? tftpNodes[0] ?? "",
    isPoweredOn: phone.isPoweredOn ?? true,
    config: phoneConfigOf(phone.config),
  }));
}
