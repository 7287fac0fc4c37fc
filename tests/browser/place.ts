// Where things are, on this machine.
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const here = import.meta.dirname;
const checkout = join(here, "../..");

function wanted(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: \`cargo xtask test\` sets it`);
  return value;
}

/** The folder of the built programs. */
export const programs = wanted("SOHOI_BIN_DIR");
/** Where pictures and differences of a failure go. */
export const artifacts = join(wanted("SOHOI_ARTIFACTS"), "browser");
export const ui = join(checkout, "ui/dist/desktop");
export const axe = join(checkout, "node_modules/axe-core/axe.min.js");
export const shellPages = join(checkout, "ui/src/features/shell/pages.ts");
/** Something that is a photo to the product. */
export const photo = join(checkout, "src-tauri/icons/icon.png");
export const kinds = join(checkout, "schema/catalogue/kinds");
export const manual = join(checkout, "docs/vi/huong-dan.md");
export const manualPictures = join(checkout, "docs/vi/hinh");
export const fonts = join(here, "fonts.conf");

/** Tuesday 24 November 2026, half past seven in Việt Nam. */
export const STILL_AT_S = 1_795_480_200;

/** The Chromium of the system: none is downloaded. */
export function chromium(): string {
  const names = ["chromium", "google-chrome-stable", "google-chrome"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  if (!found) throw new Error("there is no Chromium on the path: `cargo xtask setup` installs it");
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Whether letters are drawn here as in the accepted pictures: Debian 12 with the packages of `cargo xtask setup`. */
export function drawsAsAccepted(): boolean {
  const release = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return /^ID=debian$/m.test(release) && /^VERSION_ID="12"$/m.test(release);
}

/** Makes the library of `still.c` unless it is there. */
export function stillLibrary(): string {
  const source = join(here, "still.c");
  const library = join(artifacts, "..", "still.so");
  if (existsSync(library) && statSync(library).mtimeMs >= statSync(source).mtimeMs) return library;
  mkdirSync(artifacts, { recursive: true });
  // Two workers may both come here: each moves a whole file into place.
  const made = `${library}.${process.pid}`;
  execFileSync("cc", ["-shared", "-fPIC", "-O1", "-o", made, source]);
  renameSync(made, library);
  return library;
}
