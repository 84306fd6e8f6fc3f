// Names that the platform itself uses and that more than one room has to know.

/** Certificate units on record in 10.x to 15. */
export const certificateUnits = [
  "tomcat",
  "tomcat-ECDSA",
  "ipsec",
  "ITLRecovery",
  "CallManager",
  "CallManager-ECDSA",
  "CAPF",
  "TVS",
  "authz",
] as const;

/** Services that playbooks restart, by the platform's names. */
export const restartableServices = [
  "Cisco Tftp",
  "Cisco CallManager",
  "Cisco CTIManager",
  "Cisco Trust Verification Service",
  "Cisco Certificate Authority Proxy Function",
  "Cisco Tomcat",
  "Cisco HAProxy",
  "Cisco DRF Master",
  "Cisco DRF Local",
] as const;
