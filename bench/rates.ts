// Real and made lists in; how often a second they are parsed and verified in this process, out.
import { readFileSync } from "node:fs";
import { createLabClock } from "../mocks/lab/lab-clock.ts";
import { startLab } from "../mocks/lab/start-lab.ts";
import { parseShownCertificate } from "../src/facts/certificate.ts";
import { parseListFile, verifyListFile } from "../src/facts/itl-file.ts";
import { parseShownList } from "../src/facts/show-itl.ts";
import type { RateResult } from "./bench-result.ts";

/** Each kind of work is repeated for `forMs`, after a tenth of that to warm up. */
export async function measureRates(forMs: number): Promise<RateResult[]> {
  const shown = readFileSync(
    new URL("../mocks/transcripts/tac-03-show-itl-before-reset.txt", import.meta.url),
    "utf8",
  );
  const lab = await startLab({ release: "11.5", clock: createLabClock() });
  const cluster = lab.cluster();
  const [file, der] = [cluster.publisher.servedFile, cluster.publisher.certificates.get("CallManager")?.der];
  await lab.close();
  if (file === null || der === undefined) throw new Error("the lab serves no list");
  const pem = `admin:show cert own CallManager\n-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
  const rate = (what: string, bytes: number, work: () => unknown): RateResult => ({
    ...{ what, bytes },
    perSecond: perSecond(work, forMs),
  });
  return [
    rate("`show itl` parsed (tac-03)", shown.length, () => parseShownList(shown)),
    rate("list file parsed", file.length, () => parseListFile(file)),
    rate("list file verified (RSA 2048)", file.length, () => verifyListFile(file)),
    rate("`show cert own` parsed", pem.length, () => parseShownCertificate(pem)),
  ];
}

function perSecond(work: () => unknown, forMs: number): number {
  repeat(work, forMs / 10);
  return repeat(work, forMs);
}

function repeat(work: () => unknown, forMs: number): number {
  const startMs = performance.now();
  let times = 0;
  do {
    work();
    times += 1;
  } while (performance.now() - startMs < forMs);
  return (times * 1000) / (performance.now() - startMs);
}
