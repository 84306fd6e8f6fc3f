// What every TFTP node gives this phone → partial or full, encrypted file or none, alike or not.
import { type PhoneConfigFinding, finding } from "./check-findings.ts";
import type { CheckStep, Part } from "./check-step.ts";
import { type NodeView, tftpNodesOf } from "./node-view.ts";
import type { NodeFiles, PhoneLook } from "./phone-look.ts";
import type { PhoneSigns } from "./phone-signs.ts";
import { phonePaths } from "./served-files.ts";

type FileSigns = Pick<PhoneSigns, "file" | "nodes" | "encryptedFile">;

/** `views` are those of the TFTP nodes. */
export function judgeFiles(look: PhoneLook, views: readonly NodeView[]): Part<FileSigns> {
  const { device } = look;
  const isAbsent = look.database.kind === "none";
  const counted = new Set(tftpNodesOf(look).map(({ node }) => node));
  const alike = judgeAlike(views);
  const steps = [
    ...look.nodes.map((files) => itlStep(files, counted.has(files.node))),
    ...views.map((view) => fileStep(view, device, isAbsent)),
    ...views.map((view) => encryptedStep(view, device)),
    alike.step,
  ];
  const isAnyAnswering = views.some(({ file }) => file !== "unknown");
  const findings = [
    ...views.flatMap((view) => fileFindings(view, device, { isAnyAnswering, isAbsent })),
    ...alike.findings,
  ];
  return { steps, findings, signs: signsOf(views, alike.isDifferent) };
}

function signsOf(views: readonly NodeView[], isDifferent: boolean): FileSigns {
  const known = views.filter(({ file }) => file !== "unknown");
  const kinds = new Set(known.map(({ file }) => file));
  const only = known[0]?.file ?? "unknown";
  const file = kinds.has("damaged") ? "damaged" : kinds.size > 1 ? "odd" : only;
  const encrypted = new Set(views.map((view) => view.encrypted).filter((each) => each !== "unknown"));
  const [onlyEncrypted = "unknown"] = encrypted;
  return {
    file,
    nodes: isDifferent ? "differ" : known.length === 0 ? "unknown" : "alike",
    encryptedFile: encrypted.has("damaged") ? "damaged" : encrypted.size > 1 ? "unknown" : onlyEncrypted,
  };
}

function url({ address, port }: NodeFiles, path: string): string {
  return `GET http://${address.includes(":") ? `[${address}]` : address}:${port}${path}`;
}

function itlStep(files: NodeFiles, isCounted: boolean): CheckStep {
  const { itl, node } = files;
  const asked = url(files, phonePaths.itl());
  const step = (outcome: CheckStep["outcome"], answer: string): CheckStep => ({
    ...{ step: "itl", node, outcome },
    evidence: `${asked}: ${answer}`,
  });
  if (itl.kind === "read") return step("good", `${itl.sizeBytes} bytes, ${itl.records.length} records`);
  if (!isCounted) return step("not-applicable", `${itl.reason}; taken as no TFTP node`);
  if (itl.kind === "damaged") return step("bad", `${itl.sizeBytes} bytes: ${itl.reason}`);
  return step(itl.kind === "missing" ? "bad" : "unknown", itl.reason);
}

/** No file of a phone that the database does not have is as it should be. */
function fileStep(view: NodeView, device: string, isAbsent: boolean): CheckStep {
  const { signedFile, node } = view.files;
  const outcomes = {
    partial: "good",
    full: "good",
    missing: "bad",
    damaged: "bad",
    odd: "bad",
    unknown: "unknown",
  } as const;
  const size = "sizeBytes" in signedFile ? `${signedFile.sizeBytes} bytes, ` : "";
  const said = view.config === null ? "" : `; ${configText(view)}`;
  const kind = view.file === "partial" || view.file === "full" ? `a ${view.file} file` : view.fileReason;
  return {
    ...{
      step: "signed-file",
      node,
      outcome: isAbsent && view.file === "missing" ? "not-applicable" : outcomes[view.file],
    },
    evidence: `${url(view.files, phonePaths.signedFile(device))}: ${size}${kind}${said}`,
  };
}

function configText({ config, signed }: NodeView): string {
  const hash = config?.certHash ?? null;
  const hashText = hash === null ? "no certHash" : hash === "" ? "certHash empty" : `certHash ${hash}`;
  const load = config?.loadInformation ?? "";
  return [
    ...(signed?.timestamp ? [`signed ${signed.timestamp}`] : []),
    `fullConfig ${config?.isFull ?? "absent"}`,
    `encrConfig ${config?.isEncrypted ?? "absent"}`,
    hashText,
    ...(load === "" ? [] : [`firmware ${load}`]),
  ].join(", ");
}

function encryptedStep(view: NodeView, device: string): CheckStep {
  const { encryptedFile, node } = view.files;
  const size = "sizeBytes" in encryptedFile ? `${encryptedFile.sizeBytes} bytes` : "";
  const signedAt = encryptedFile.kind === "read" ? encryptedFile.signed.timestamp : null;
  const answer = [size, ...(signedAt === null ? [] : [`signed ${signedAt}`]), view.encryptedReason]
    .filter((part) => part !== "")
    .join(", ");
  const { outcome, why } = encryptedOutcome(view);
  return {
    ...{ step: "encrypted-file", node, outcome },
    evidence: `${url(view.files, phonePaths.encryptedFile(device))}: ${answer}${why}`,
  };
}

function encryptedOutcome({ encrypted, file, config }: NodeView): {
  outcome: CheckStep["outcome"];
  why: string;
} {
  const outcome = (word: CheckStep["outcome"], why = "") => ({ outcome: word, why });
  if (encrypted === "damaged") return outcome("bad");
  if (encrypted === "unknown") return outcome("unknown");
  if (file === "partial" && (config?.certHash ?? "") !== "")
    return outcome(encrypted === "served" ? "good" : "bad");
  if (encrypted === "missing")
    return outcome("not-applicable", "; none is needed by what the .cnf.xml.sgn says");
  const why =
    file === "partial"
      ? "; it is there before CAPF has seen the phone, which is on no record"
      : "; the phone does not ask for it, as its .cnf.xml.sgn does not tell it to";
  return outcome("unknown", why);
}

function fileFindings(
  view: NodeView,
  device: string,
  { isAnyAnswering, isAbsent }: { readonly isAnyAnswering: boolean; readonly isAbsent: boolean },
): PhoneConfigFinding[] {
  const { node, itl, signedFile, encryptedFile } = view.files;
  const findings: PhoneConfigFinding[] = [];
  const add = (...[code, severity, message]: [Parameters<typeof finding>[0], "warn" | "block", string]) =>
    findings.push(finding(code, severity, node, `${node}: ${message}`));
  if (itl.kind !== "read" && view.file !== "unknown")
    add("itl-not-read", "warn", `its ITL was not read: ${itl.reason}`);
  if (view.file === "unknown") {
    const severity = isAnyAnswering ? "warn" : "block";
    add("phone-file-not-fetched", severity, `${device}.cnf.xml.sgn could not be fetched: ${view.fileReason}`);
  }
  if (view.file === "missing" && !isAbsent) {
    add("phone-file-missing", "block", `${device}.cnf.xml.sgn is not served: it ${view.fileReason}`);
  }
  const files = [
    [view.file, view.fileReason, signedFile, "cnf.xml.sgn"],
    [view.encrypted, view.encryptedReason, encryptedFile, "cnf.xml.enc.sgn"],
  ] as const;
  for (const [kind, reason, file, ending] of files) {
    if (kind === "odd")
      add("phone-file-damaged", "block", `${device}.${ending} contradicts itself: ${reason}`);
    if (kind !== "damaged") continue;
    const isOther = file.kind === "read" && reason.startsWith("its header names it");
    const code = isOther ? "phone-file-of-another" : "phone-file-damaged";
    const what = isOther ? "another's file" : "not its whole file";
    add(code, "block", `what is served as ${device}.${ending} is ${what}: ${reason}`);
  }
  return findings;
}

/** Damaged files are told as such; they say nothing about what the node means to serve. */
function judgeAlike(views: readonly NodeView[]): {
  step: CheckStep;
  findings: PhoneConfigFinding[];
  isDifferent: boolean;
} {
  const step = (outcome: CheckStep["outcome"], evidence: string): CheckStep => ({
    ...{ step: "nodes-alike", node: null, outcome, evidence },
  });
  const known = views.filter(({ file }) => file !== "unknown" && file !== "damaged");
  if (views.length < 2) {
    return { step: step("not-applicable", "there is one TFTP node"), findings: [], isDifferent: false };
  }
  if (known.length < 2) {
    const evidence = "fewer than two TFTP nodes gave a file that can be compared";
    return { step: step("unknown", evidence), findings: [], isDifferent: false };
  }
  const said = known.map((view) => `${view.files.node} ${servedText(view)}`).join("; ");
  const isDifferent =
    new Set(known.map((view) => `${view.file} ${view.config?.certHash ?? ""}`)).size > 1 ||
    new Set(known.map((view) => view.encrypted).filter((word) => word === "served" || word === "missing"))
      .size > 1;
  if (!isDifferent) return { step: step("good", said), findings: [], isDifferent };
  const findings = [finding("nodes-differ", "block", null, `TFTP nodes serve different files: ${said}`)];
  return { step: step("bad", said), findings, isDifferent };
}

function servedText({ file, config, encrypted }: NodeView): string {
  const hash = (config?.certHash ?? "") === "" ? "" : ` with certHash ${config?.certHash}`;
  const first = file === "missing" ? "serves no .cnf.xml.sgn" : `serves a ${file} file${hash}`;
  return `${first}${encrypted === "served" ? " and an encrypted one" : encrypted === "missing" ? " and no encrypted one" : ""}`;
}
