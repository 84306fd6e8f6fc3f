// A lab and a change of certificates on it, with a truthful person beside it: phones are reset and looked at before a gate is answered.
import type { RunDocument } from "../../src/report/run-document.ts";
import { type LabCli, openLabCli } from "./lab-cli.ts";
import type { CliResult, CliWorld } from "./run-cli.ts";

export interface CertChange extends LabCli {
  /** Carries a change out to its end: at every step that waits for a person all phones are reset, and the step confirmed. */
  carryOut(args: readonly string[], world?: CliWorld): Promise<CliResult>;
  /** The lines written so far, `node: line`. */
  written(): string[];
  /** Phones that reject the list of their TFTP node when they are reset now. */
  stranded(): string[];
}

/** A healthy lab. */
export async function openCertChange(options: Parameters<typeof openLabCli>[0] = {}): Promise<CertChange> {
  return certChangeOn(await openLabCli(options));
}

/** The same on a lab that is open, e.g. one with a vault. */
export function certChangeOn(cli: LabCli): CertChange {
  const { lab } = cli;
  const stranded = () =>
    lab
      .cluster()
      .bootPhones()
      .filter(({ accepted }) => accepted === "rejected")
      .map(({ phone }) => phone);
  return {
    ...cli,
    stranded,
    written: () => lab.cluster().writes.map(({ node, line }) => `${node}: ${line}`),
    async carryOut(args, world = {}) {
      let result = await cli.run([...args, "--yes", "--json"], world);
      for (let answered = 0; answered < 50; answered += 1) {
        const { run, waitsFor } = result.json<RunDocument>();
        if (result.exit !== 21 || waitsFor === null || run === null) return result;
        if (stranded().length > 0) return result;
        result = await cli.run(["resume", run, "--confirm", waitsFor, "--yes", "--json"], world);
      }
      throw new Error("the run never ends");
    },
  };
}
