// Command line in, a lab on real time for people out: `npm run lab -- [scenario] [--release R] [--port-base N] [--directory D]`.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { createLabClock } from "./lab-clock.ts";
import { renderLogins, renderState, renderVerdicts } from "./lab-words.ts";
import type { LabRelease } from "./model.ts";
import { phoneCertificate } from "./phone-certificate.ts";
import { profiles } from "./profiles.ts";
import { scenarioNames } from "./scenarios.ts";
import { type Lab, startLab } from "./start-lab.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    release: { type: "string" },
    "port-base": { type: "string" },
    directory: { type: "string" },
    help: { type: "boolean", short: "h" },
  },
});

const commands = "type: phones (boot them all), phone-keys, state, complaints, quit";

if (values.help) say(`npm run lab -- [scenario] [--release R] [--port-base N] [--directory D]\n\n${known()}`);
else await serve();

async function serve(): Promise<void> {
  const scenario = positionals[0] ?? "lost-trust";
  const { release } = values;
  if (!scenarioNames().includes(scenario) || (release !== undefined && !isRelease(release))) {
    process.exitCode = 2;
    return say(known());
  }
  const portBase = values["port-base"];
  const lab = await startLab({
    scenario,
    clock: createLabClock({ real: true }),
    ...(release === undefined ? {} : { release }),
    ...(portBase === undefined ? {} : { portBase: Number(portBase) }),
  });
  const folder = values.directory ?? join(tmpdir(), `itlctl-lab-${process.pid}`);
  const inventory = await lab.writeInventory(folder);
  const environment = join(folder, "passwords.env");
  const assignments = Object.entries(lab.environment).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(environment, assignments.join(""), { mode: 0o600 });
  say(renderLogins(lab, inventory, environment), "", renderState(lab), "", commands);
  await untilQuit(lab, folder);
  await lab.close();
  if (values.directory === undefined) rmSync(folder, { recursive: true });
}

/** Ends at `quit`, Ctrl-C or SIGTERM; the end of its input alone does not end it, so that it can run unattended. */
async function untilQuit(lab: Lab, folder: string): Promise<void> {
  const input = createInterface({ input: process.stdin });
  await new Promise<void>((resolve) => {
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
    input.on("line", (line) => {
      if (line.trim() === "quit") resolve();
      else say(answerTo(line.trim(), lab, folder));
    });
  });
  input.close();
}

function answerTo(word: string, lab: Lab, folder: string): string {
  if (word === "phone-keys") return writePhoneKeys(lab, folder);
  if (word === "state") return renderState(lab);
  if (word === "complaints") return lab.complaints.join("\n") || "none";
  if (word !== "phones") return commands;
  return [...lab.clusters.values()]
    .map((cluster) => `cluster ${cluster.name}\n${renderVerdicts(cluster.bootPhones())}`)
    .join("\n");
}

/** Of every phone whose profile encrypts: what its own flash holds, so that its configuration can be opened by hand. */
function writePhoneKeys(lab: Lab, folder: string): string {
  const below = join(folder, "phones");
  mkdirSync(below, { recursive: true, mode: 0o700 });
  const phones = [...lab.clusters.values()].flatMap((cluster) =>
    cluster.phones
      .filter(({ config }) => config.isTftpEncrypted)
      .map((phone) => ({ name: phone.name, ...phoneCertificate(cluster, phone) })),
  );
  for (const { name, privateKey, pem } of phones) {
    const key = privateKey.export({ type: "pkcs8", format: "pem" });
    writeFileSync(join(below, `${name}.key.pem`), key, { mode: 0o600 });
    writeFileSync(join(below, `${name}.pem`), pem);
  }
  return `${phones.length} keys and certificates in ${below}`;
}

function isRelease(text: string): text is LabRelease {
  return text in profiles;
}

function known(): string {
  return `scenarios: ${scenarioNames().join(", ")}\nreleases: ${Object.keys(profiles).sort().join(", ")}`;
}

function say(...lines: string[]): void {
  process.stdout.write(`${lines.join("\n")}\n`);
}
