// The commands of itlctl, in the order of the help: each by its name, its file loaded when the words name it.
import type { KnownCommand } from "../command.ts";

export const knownCommands: readonly KnownCommand[] = [
  { name: "inventory check", load: async () => (await import("./inventory-check.ts")).inventoryCheck },
  {
    name: "inventory host-keys",
    load: async () => (await import("./inventory-host-keys.ts")).inventoryHostKeys,
  },
  { name: "status", load: async () => (await import("./status.ts")).status },
  { name: "itl show", load: async () => (await import("./itl-show.ts")).itlShow },
  { name: "itl history", load: async () => (await import("./itl-history.ts")).itlHistory },
  { name: "itl diff", load: async () => (await import("./itl-diff.ts")).itlDiff },
  { name: "recover", load: async () => (await import("./recover.ts")).recover },
  { name: "backup run", load: async () => (await import("./backup-run.ts")).backupRun },
  { name: "backup list", load: async () => (await import("./backup-list.ts")).backupList },
  { name: "backup verify", load: async () => (await import("./backup-verify.ts")).backupVerify },
  { name: "backup prune", load: async () => (await import("./backup-prune.ts")).backupPrune },
  { name: "backup export", load: async () => (await import("./backup-export.ts")).backupExport },
  { name: "backup import", load: async () => (await import("./backup-import.ts")).backupImport },
  { name: "cert list", load: async () => (await import("./cert-list.ts")).certList },
  { name: "cert regen", load: async () => (await import("./cert-regen.ts")).certRegen },
  { name: "plan", load: async () => (await import("./plan.ts")).plan },
  { name: "run", load: async () => (await import("./run.ts")).run },
  { name: "runs", load: async () => (await import("./runs.ts")).runs },
  { name: "resume", load: async () => (await import("./resume.ts")).resume },
  { name: "abandon", load: async () => (await import("./abandon.ts")).abandon },
  { name: "report", load: async () => (await import("./report.ts")).report },
  { name: "schedule print", load: async () => (await import("./schedule-print.ts")).schedulePrint },
  { name: "schema inventory", load: async () => (await import("./schema-inventory.ts")).schemaInventory },
  { name: "schema playbook", load: async () => (await import("./schema-playbook.ts")).schemaPlaybook },
  {
    name: "phone-config check",
    load: async () => (await import("./phone-config-check.ts")).phoneConfigCheck,
  },
  { name: "phone-config show", load: async () => (await import("./phone-config-show.ts")).phoneConfigShow },
  { name: "compliance keygen", load: async () => (await import("./compliance-keygen.ts")).complianceKeygen },
  {
    name: "compliance open-key",
    load: async () => (await import("./compliance-open-key.ts")).complianceOpenKey,
  },
  {
    name: "compliance decrypt",
    load: async () => (await import("./compliance-decrypt.ts")).complianceDecrypt,
  },
  {
    name: "compliance decrypt-csv",
    load: async () => (await import("./compliance-decrypt-csv.ts")).complianceDecryptCsv,
  },
  { name: "servers check", load: async () => (await import("./servers-check.ts")).serversCheck },
  { name: "completion", load: async () => (await import("./completion.ts")).completion },
  { name: "manual", load: async () => (await import("./manual.ts")).manual },
];
