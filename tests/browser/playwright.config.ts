import { defineConfig } from "@playwright/test";
import { artifacts, chromium, fonts } from "./place.ts";

const bless = process.env.SOHOI_BLESS === "1";

export default defineConfig({
  testDir: ".",
  outputDir: artifacts,
  snapshotPathTemplate: "{testDir}/accepted/{arg}{ext}",
  projects: [
    { name: "window", testIgnore: "manual.spec.ts" },
    { name: "manual", testMatch: "manual.spec.ts", snapshotPathTemplate: "{testDir}/../../docs/vi/hinh/{arg}{ext}" },
  ],
  updateSnapshots: bless ? "changed" : "none",
  ...(bless ? { globalTeardown: "./shrink.ts" } : {}),
  fullyParallel: true,
  forbidOnly: true,
  workers: 2,
  retries: 0,
  // Ten times what an idle machine needs: a busy one is slow and not wrong.
  timeout: 300_000,
  reporter: [["list"]],
  expect: {
    timeout: 60_000,
    // What differs between two runs of one Chromium is nothing; a letter more is some thirty points.
    toHaveScreenshot: { threshold: 0.1, maxDiffPixels: 20 },
  },
  use: {
    viewport: { width: 1366, height: 768 },
    locale: "vi-VN",
    timezoneId: "Asia/Ho_Chi_Minh",
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    permissions: ["clipboard-read", "clipboard-write"],
    launchOptions: {
      executablePath: chromium(),
      env: { ...process.env, FONTCONFIG_FILE: fonts },
      args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none", "--disable-lcd-text", "--force-color-profile=srgb"],
    },
  },
});
