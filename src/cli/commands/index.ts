// The commands of itlctl, in the order of the help.
import type { Command } from "../command.ts";
import { abandon } from "./abandon.ts";
import { backupExport } from "./backup-export.ts";
import { backupImport } from "./backup-import.ts";
import { backupList } from "./backup-list.ts";
import { backupPrune } from "./backup-prune.ts";
import { backupRun } from "./backup-run.ts";
import { backupVerify } from "./backup-verify.ts";
import { certRegen } from "./cert-regen.ts";
import { certList } from "./cert-list.ts";
import { completion } from "./completion.ts";
import { complianceDecrypt } from "./compliance-decrypt.ts";
import { complianceDecryptCsv } from "./compliance-decrypt-csv.ts";
import { complianceKeygen } from "./compliance-keygen.ts";
import { complianceOpenKey } from "./compliance-open-key.ts";
import { inventoryCheck } from "./inventory-check.ts";
import { inventoryHostKeys } from "./inventory-host-keys.ts";
import { itlDiff } from "./itl-diff.ts";
import { itlHistory } from "./itl-history.ts";
import { itlShow } from "./itl-show.ts";
import { manual } from "./manual.ts";
import { phoneConfigCheck } from "./phone-config-check.ts";
import { phoneConfigShow } from "./phone-config-show.ts";
import { plan } from "./plan.ts";
import { run } from "./run.ts";
import { recover } from "./recover.ts";
import { report } from "./report.ts";
import { resume } from "./resume.ts";
import { runs } from "./runs.ts";
import { schedulePrint } from "./schedule-print.ts";
import { schemaInventory } from "./schema-inventory.ts";
import { schemaPlaybook } from "./schema-playbook.ts";
import { serversCheck } from "./servers-check.ts";
import { status } from "./status.ts";

export const commands: readonly Command[] = [
  inventoryCheck,
  inventoryHostKeys,
  status,
  itlShow,
  itlHistory,
  itlDiff,
  recover,
  backupRun,
  backupList,
  backupVerify,
  backupPrune,
  backupExport,
  backupImport,
  certList,
  certRegen,
  plan,
  run,
  runs,
  resume,
  abandon,
  report,
  schedulePrint,
  schemaInventory,
  schemaPlaybook,
  phoneConfigCheck,
  phoneConfigShow,
  complianceKeygen,
  complianceOpenKey,
  complianceDecrypt,
  complianceDecryptCsv,
  serversCheck,
  completion,
  manual,
];
