import { defineConfig } from "vitest/config";
import { entryConfig } from "./vite.shared.ts";

export default defineConfig({
  ...entryConfig({
    page: "desktop.html",
    outDir: "dist/desktop",
    port: 5173,
    proxy: { "/api": "http://127.0.0.1:8787" },
  }),
  test: { include: ["src/**/*.test.ts"], environment: "node", pool: "threads", maxWorkers: 1 },
});
