// `file list`, `file get`, `file search` and `file view` on the TFTP folder and the log folder of a node.
import type { LabCluster, LabDelivery, LabNode } from "../model.ts";
import type { PlatformSftp } from "../platform-sftp.ts";
import { type Command, type CommandCall, type CommandTable } from "./command.ts";
import { logInToSftp } from "./sftp-login.ts";

interface NodeFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly modified: number;
}

/** Level 0. Only the publisher has the recovery key (TAC 117598). */
export function fileCommands(cluster: LabCluster, node: LabNode): CommandTable {
  const tftpFiles = (): NodeFile[] => {
    const of = (name: string, bytes: Buffer | null, modified: number) =>
      bytes === null ? [] : [{ name, bytes, modified }];
    const recovery = node.certificates.get("ITLRecovery");
    return [
      ...of("CTLFile.tlv", node.ctlFile, node.ctlModified),
      ...of("ITLFile.tlv", node.listFile, node.listModified),
      ...(node === cluster.publisher && recovery !== undefined
        ? of("ITLRecovery.p12", cluster.recoveryFile(), recovery.notBefore)
        : []),
    ];
  };
  const logFiles = (): NodeFile[] =>
    [...node.logs].map(([name, lines]) => ({
      name,
      bytes: Buffer.from(lines.map((text) => `${text}\n`).join("")),
      modified: cluster.nodeTime(node),
    }));
  const matching = (area: string, spec: string): NodeFile[] => {
    const pattern = new RegExp(`^${spec.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
    return (area === "tftp" ? tftpFiles() : logFiles()).filter(({ name }) => pattern.test(name));
  };
  const list: Command = {
    name: "file list",
    pattern: /^file list (tftp|activelog) (\S+)(?: (detail|page|reverse))*(?: (?:date|size))?$/,
    level: 0,
    async run({ io, argument, line }) {
      const files = matching(argument(1), argument(2));
      if (files.length === 0) return await io.print(cluster.texts.fileMissing);
      const isDetailed = / detail\b/.test(line);
      const lines = files.map((file) => (isDetailed ? detailLine(file) : file.name));
      await io.print([...lines, `dir count = 0, file count = ${files.length}`].join("\n"));
    },
  };
  const get: Command = {
    name: "file get",
    pattern: /^file get (tftp|activelog) (\S+)$/,
    level: 0,
    async run(call) {
      const [file] = matching(call.argument(1), call.argument(2));
      await getFile(cluster, node, call, file);
    },
  };
  const search: Command = {
    name: "file search",
    pattern: /^file search activelog (\S+) (\S+)$/,
    level: 0,
    async run({ io, argument }) {
      const files = matching("activelog", argument(1));
      if (files.length === 0) return await io.print(cluster.texts.fileMissing);
      const expression = new RegExp(argument(2));
      const hits = files.flatMap(({ name }) =>
        (node.logs.get(name) ?? []).filter((text) => expression.test(text)).map((text) => ({ name, text })),
      );
      const [only] = files;
      // One file: its name on top; several: its name before each line. How exactly is not known.
      const lines =
        files.length === 1 && only !== undefined
          ? [only.name, ...hits.map(({ text }) => text)]
          : hits.map(({ name, text }) => `${name}:${text}`);
      if (hits.length === 0) await io.print(cluster.texts.nothingFound);
      else if (cluster.switches.isSearchShownAsFile === true) await io.view(lines);
      else await io.print(lines.join("\n"));
    },
  };
  const view: Command = {
    name: "file view",
    pattern: /^file view activelog (\S+)$/,
    level: 0,
    async run({ io, argument }) {
      const lines = node.logs.get(argument(1));
      if (lines === undefined) return await io.print(cluster.texts.fileMissing);
      await io.view(lines);
    },
  };
  return [list, get, search, view];
}

/** tac-07, in its order: gathering, question, account, directory, host key, transfer. */
async function getFile(cluster: LabCluster, node: LabNode, call: CommandCall, file: NodeFile | undefined) {
  const { io } = call;
  const gathering = "Please wait while the system is gathering files info ...";
  if (cluster.profile.release === "15") {
    // ext-20 has this line for a log; what it says for TFTP files is not known.
    await io.print(`${gathering}\nGet file: tftp/${call.argument(2)}\ndone.`);
  } else await io.print(`${gathering}done.`);
  if (file === undefined) return await io.print(cluster.texts.fileMissing);
  await io.print(
    [
      "Sub-directories were not traversed.",
      "Number of files affected: 1",
      `Total size in Bytes: ${file.bytes.length}`,
      `Total size in Kbytes: ${javaFloat(file.bytes.length / 1024)}`,
    ].join("\n"),
  );
  if (!(await askToProceed(call))) return;
  const host = await io.ask("sftp-host", "SFTP server IP: ");
  const port = await io.ask("sftp-port", "SFTP server port [22]: ");
  const username = await io.ask("sftp-user", "User ID: ");
  const password = await io.ask("sftp-password", "Password: ", "stars");
  await io.print("");
  const directory = await io.ask("sftp-directory", "Download directory: ");
  await io.print("");
  const login = { host, port: port === "" ? 22 : Number(port), username, password };
  const sftp = await logInToSftp({ cluster, node, call, isQuestionAsked: true, login });
  const name = cluster.switches.deliveredAs ?? file.name;
  const delivery = cluster.switches.delivery ?? "whole";
  const place = { sftp, directory, name, midway: () => io.pass("transfer") };
  await deliver(place, file.bytes, delivery).finally(() => sftp.close());
  if (file.name === "ITLRecovery.p12") cluster.isRecoveryKeySaved = true;
  if (delivery === "unsaid") return;
  await io.print(`Transfer completed.\nDownloading file: /usr/local/cm/tftp/${file.name}`);
}

interface DeliveryPlace {
  readonly sftp: PlatformSftp;
  readonly directory: string;
  readonly name: string;
  readonly midway: () => Promise<void>;
}

async function deliver(place: DeliveryPlace, bytes: Buffer, delivery: LabDelivery): Promise<void> {
  const { sftp, directory, name, midway } = place;
  const write = (content: Buffer, as = name) => sftp.deliver(directory, as, content, midway);
  switch (delivery) {
    case "nothing":
      return;
    case "short":
      return await write(bytes.subarray(0, Math.floor(bytes.length / 2)));
    case "corrupted": {
      const copy = Buffer.from(bytes);
      const middle = Math.floor(copy.length / 2);
      copy[middle] = (copy[middle] ?? 0) ^ 0xff;
      return await write(copy);
    }
    case "doubled":
      return await write(Buffer.concat([bytes, bytes]));
    case "twice":
      await write(bytes);
      return await write(bytes, `${name}.1`);
    case "broken":
      return await sftp.deliver(directory, name, bytes, () => {
        sftp.close();
        return Promise.resolve();
      });
    case "whole":
    case "unsaid":
      return await write(bytes);
  }
}

async function askToProceed({ io }: CommandCall): Promise<boolean> {
  let question = "Would you like to proceed [y/n]? ";
  for (;;) {
    const answer = (await io.ask("proceed", question)).toLowerCase();
    if (["y", "yes", "n", "no"].includes(answer)) return answer.startsWith("y");
    question = "Please answer 'y' for <yes> or 'n' for <no>: ";
  }
}

/** `16 Nov,2004 21:45:43        8,557  enGui.log` (ext-17). */
function detailLine({ name, bytes, modified }: NodeFile): string {
  const date = new Date(modified);
  const month = date.toUTCString().slice(8, 11);
  const day = String(date.getUTCDate()).padStart(2, "0");
  const time = date.toISOString().slice(11, 19);
  const size = bytes.length.toLocaleString("en-US").padStart(13);
  return `${day} ${month},${date.getUTCFullYear()} ${time}${size}  ${name}`;
}

/** The shortest decimal that a 32-bit float keeps apart, as captures print it: `1.6689453`, `2639.3828`, `2.0`. */
function javaFloat(value: number): string {
  const single = Math.fround(value);
  for (let digits = 1; digits < 17; digits += 1) {
    const text = Number(single.toPrecision(digits)).toString();
    if (Math.fround(Number(text)) === single) return text.includes(".") ? text : `${text}.0`;
  }
  return String(single);
}
