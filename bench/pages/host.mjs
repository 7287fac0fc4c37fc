// The window's commands over loopback, in release, on a register of its own.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

export const PIN = "246813";

function ours(name) {
  if (!process.env.SOHOI_BIN_DIR) throw new Error("SOHOI_BIN_DIR names no folder: use `cargo xtask bench pages`");
  return join(process.env.SOHOI_BIN_DIR, name);
}

export class Host {
  #child;
  address;

  /** Makes a register of generated records, with months submitted on the way. */
  static async fill(home, n_records, folder, n_periods) {
    await mkdir(folder, { recursive: true });
    await promisify(execFile)(ours("sohoi-records"), ["new", home, n_records, folder, n_periods]);
  }

  static async start(home, ui) {
    const host = new Host();
    host.#child = spawn(ours("sohoi-dev-host"), ["--home", home, "--ui", ui, "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
    const failed = once(host.#child, "error").then(([error]) => Promise.reject(error));
    const lines = createInterface({ input: host.#child.stdout });
    const [line] = await Promise.race([once(lines, "line"), failed]);
    host.address = JSON.parse(line).listening;
    process.on("exit", () => host.#child.kill());
    return host;
  }

  async ask(command, request) {
    const response = await fetch(`${this.address}/api/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${command}: ${answer.code}`);
    return answer;
  }

  async stop() {
    if (this.#child.exitCode !== null) return;
    this.#child.kill();
    await once(this.#child, "exit");
  }
}
