import { defineConfig } from "vitest/config";

// The long sweeps: many more random cases than `npm test` has time for.
export default defineConfig({
  test: {
    include: ["test/**/*.deep.test.ts"],
    // The fault sweep takes long and is asked for: ITLCTL_SWEEP=all, or ITLCTL_SWEEP=some for one case in eleven.
    exclude: process.env["ITLCTL_SWEEP"] || process.env["ITLCTL_WRITE_DOCS"] ? [] : ["test/faults/**"],
    testTimeout: 600_000,
    maxWorkers: "100%",
    hookTimeout: 60_000,
  },
});
