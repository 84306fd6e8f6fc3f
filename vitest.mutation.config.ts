import { defineConfig } from "vitest/config";

// What mutants of facts and verdict are held against: the tests of these two rooms. Not the lab (too slow for thousands
// of mutants), and not the random texts of answers.property.test.ts, which on a busy machine fail by the clock alone.
export default defineConfig({
  test: {
    include: ["test/facts/**/*.test.ts", "test/verdict/**/*.test.ts"],
    exclude: ["test/**/*.{lab,deep}.test.ts", "test/facts/answers.property.test.ts"],
    testTimeout: 60_000,
  },
});
