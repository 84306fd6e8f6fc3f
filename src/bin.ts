#!/usr/bin/env node
// The process: its streams and arguments in, its exit code out.
import { processWorld } from "./cli/io.ts";
import { main } from "./cli/main.ts";

process.exitCode = await main(processWorld());
// Left by an interrupt: what is still at work must not speak behind the last word.
if (process.exitCode === 130) process.exit();
// A socket that lingers after the answer was given must not keep the terminal.
setTimeout(() => process.exit(), 3000).unref();
