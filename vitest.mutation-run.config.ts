import { defineConfig } from "vitest/config";

// What mutants of run are held against: its own tests, and whole recoveries on the lab.
export default defineConfig({
  test: { include: ["test/run/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
});
