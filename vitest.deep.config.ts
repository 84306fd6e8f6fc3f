import { defineConfig } from "vitest/config";

// The long sweeps: many more random cases than `npm test` has time for.
export default defineConfig({
  test: {
    include: ["test/**/*.deep.test.ts"],
    testTimeout: 600_000,
    maxWorkers: "100%",
    hookTimeout: 60_000,
  },
});
