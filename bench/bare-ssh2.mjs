// @ts-check
// Nodes with their commands in (a JSON file); a bare ssh2 loop over them out: the least that a client can do. Plain JavaScript, so that nothing has to be translated at its start.
import { readFileSync } from "node:fs";
import ssh2 from "ssh2";

/** @type {{ nodes: import("./lab-orders.ts").SweepNode[], parallel: number }} */
const { nodes, parallel } = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const waiting = nodes.values();
await Promise.all(
  Array.from({ length: Math.min(parallel, nodes.length) }, async () => {
    for (const node of waiting) await visit(node);
  }),
);
process.exit();

/**
 * Logs in, sends each line at a prompt and reads until the next; no check of the host key, nothing kept, nothing judged.
 * @param {import("./lab-orders.ts").SweepNode} node
 * @returns {Promise<void>}
 */
function visit({ port, username, password, commands }) {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    const left = commands.values();
    let tail = "";
    client.on("error", reject);
    client.on("close", () => resolve());
    client.on("connect", () => client.setNoDelay(true));
    client.on("keyboard-interactive", (_name, _text, _language, _prompts, finish) => finish([password]));
    client.on("ready", () => {
      client.shell({ cols: 512, rows: 500 }, (error, shell) => {
        if (error !== undefined) return reject(error);
        shell.on("data", (/** @type {Buffer} */ chunk) => {
          tail = (tail + chunk.toString("latin1")).slice(-64);
          if (!/(?:^|[\r\nK])admin:$/.test(tail)) return;
          tail = "";
          const next = left.next();
          if (next.done === true) client.end();
          else shell.write(`${next.value}\r`);
        });
      });
    });
    client.connect({ host: "127.0.0.1", port, username, password, tryKeyboard: true, readyTimeout: 120_000 });
  });
}
