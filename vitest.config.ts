import { defineConfig } from "vitest/config";

// Split by what a test needs: unit nothing, integration a real engine or broker, e2e the whole stack.
const UNIT = [
  "infra/**/*.test.ts",
  "policy/**/*.test.ts",
  "services/**/*.test.ts",
  "tools/**/*.test.ts",
  "tests/unit/**/*.test.ts",
  "bench/**/*.test.ts",
];
const INTEGRATION = [
  "infra/**/*.integration.test.ts",
  "services/**/*.integration.test.ts",
  "tests/integration/**/*.test.ts",
];
const E2E = ["tests/e2e/**/*.test.ts"];
const EXCLUDE = ["**/node_modules/**", "**/dist/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: UNIT,
          exclude: [...EXCLUDE, ...INTEGRATION],
          // Property tests take seconds where other work has the machine.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "integration",
          include: INTEGRATION,
          exclude: EXCLUDE,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "e2e",
          include: E2E,
          exclude: EXCLUDE,
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          sequence: { concurrent: false },
        },
      },
    ],
  },
});
