import { defineConfig } from "vite";
import { entryConfig } from "./vite.shared.ts";

export default defineConfig(
  entryConfig({
    page: "dashboard.html",
    outDir: "dist/dashboard",
    port: 5174,
    proxy: { "/v1": "http://127.0.0.1:8484" },
  }),
);
