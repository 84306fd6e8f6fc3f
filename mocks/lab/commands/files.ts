// `file list` and `file get` on the TFTP folder and the log folder of a node.
import type { LabCluster, LabNode } from "../model.ts";
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
  const matching = (area: string, spec: string): NodeFile[] => {
    const pattern = new RegExp(`^${spec.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
    return area === "tftp" ? tftpFiles().filter(({ name }) => pattern.test(name)) : [];
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
  return [list, get];
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
  await sftp.deliver(directory, name, file.bytes).finally(() => sftp.close());
  if (file.name === "ITLRecovery.p12") cluster.isRecoveryKeySaved = true;
  await io.print(`Transfer completed.\nDownloading file: /usr/local/cm/tftp/${file.name}`);
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
