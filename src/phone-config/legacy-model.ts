// A model as the database names it → what is known of its TLS.

/** Models with which encrypted files cannot work once the cluster wants TLS 1.2: 39xx, 69xx, 79xx, 89xx, 99xx, IP Communicator. */
export function isLegacyModel(model: string): boolean {
  return /(?<!\d)(?:39|69|79|89|99)\d\d(?!\d)/.test(model) || /IP Communicator/i.test(model);
}

/** Two models that take no ITL: without mixed mode they know no CAPF. */
export function takesNoItl(model: string): boolean {
  return /(?<!\d)69[01]1(?!\d)/.test(model);
}
