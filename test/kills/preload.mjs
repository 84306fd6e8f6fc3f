// Loaded before the tool (`node --import`): ends its own process with SIGKILL at one exactly named place, and shifts its clock.
// ITLCTL_TEST_KILL=after:7 | unflushed:7 | torn:7: the seventh line that this process writes to a run journal, after its
// flush, between write and flush, or with only half of it written; fresh:1: after the flush of the first line whose name
// (kind, step, node) is not one of ITLCTL_TEST_LEFT_ALONE; heard:3: the third line heard from a platform.
// ITLCTL_TEST_CLOCK: a file that says how many milliseconds the clock is ahead of the machine's, read at every look at it.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [place, wanted] = (process.env.ITLCTL_TEST_KILL ?? "never:0").split(":");
const at = Number(wanted);
const journals = new Set();
const leftAlone = new Set((process.env.ITLCTL_TEST_LEFT_ALONE ?? "").split("\n"));
let lines = 0;
let isFresh = false;
let heard = 0;

function die() {
  process.kill(process.pid, "SIGKILL");
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

function nameOf(line) {
  const { kind, step = "", node } = JSON.parse(line.toString());
  return [kind, step, node ?? ""].filter((word) => word !== "").join(" ");
}

const { openSync, closeSync, writeSync, fsyncSync } = fs;

fs.openSync = (path, flags, ...rest) => {
  const descriptor = openSync(path, flags, ...rest);
  if (String(path).endsWith("journal.jsonl") && String(flags).startsWith("a")) journals.add(descriptor);
  return descriptor;
};
fs.closeSync = (descriptor) => {
  journals.delete(descriptor);
  return closeSync(descriptor);
};
fs.writeSync = (descriptor, bytes, ...rest) => {
  if (!journals.has(descriptor)) return writeSync(descriptor, bytes, ...rest);
  lines += 1;
  if (place === "torn" && lines === at) {
    writeSync(descriptor, bytes.subarray(0, Math.floor(bytes.length / 2)));
    fsyncSync(descriptor);
    die();
  }
  isFresh ||= place === "fresh" && !leftAlone.has(nameOf(bytes));
  return writeSync(descriptor, bytes, ...rest);
};
fs.fsyncSync = (descriptor) => {
  const isDue = journals.has(descriptor) && lines === at;
  if (isDue && place === "unflushed") die();
  fsyncSync(descriptor);
  if ((isDue && place === "after") || (isFresh && journals.has(descriptor))) die();
};
syncBuiltinESMExports();

if (place === "heard") {
  const write = process.stderr.write.bind(process.stderr);
  process.stderr.write = (text, ...rest) => {
    const isWritten = write(text, ...rest);
    heard += String(text).includes(" | ") ? 1 : 0;
    if (heard === at) die();
    return isWritten;
  };
}

const clockFile = process.env.ITLCTL_TEST_CLOCK;
if (clockFile !== undefined) {
  const now = Date.now.bind(Date);
  const { readFileSync } = fs;
  Date.now = () => now() + Number(readFileSync(clockFile, "utf8"));
}
