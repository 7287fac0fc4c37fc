// Programs: run to the end, or started and asked line by line. Each ends with this one.
import { execFile, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

const HERE = import.meta.dirname;

/** One of ours, built before. */
export function ours(name) {
  if (!process.env.SOHOI_BIN_DIR) throw new Error("SOHOI_BIN_DIR names no folder: use `cargo xtask bench peers`");
  return join(process.env.SOHOI_BIN_DIR, name);
}

export const script = (name) => join(HERE, "peer", name);

/** Runs to the end and returns what it wrote, as JSON. */
export function answer(program, words, env = {}) {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, ...env }, maxBuffer: 1 << 26 };
    execFile(program, words, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${program} ${words.join(" ")}: ${stderr || error.message}`));
      else resolve(JSON.parse(stdout.trim().split("\n").at(-1)));
    });
  });
}

export class Running {
  #child;
  #lines;
  #log = "";

  constructor(program, words, env = {}) {
    this.#child = spawn(program, words, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    // Whoever waits for a line hears of it.
    this.#child.on("error", (error) => (this.#log = error.message));
    this.#child.stderr.on("data", (text) => (this.#log = (this.#log + text).slice(-4000)));
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    process.on("exit", this.#kill);
  }

  #kill = () => this.#child.kill("SIGKILL");

  /** The next line that it writes. */
  async line() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`${this.#child.spawnfile} ended: ${this.#log}`);
    return value;
  }

  async ask(text) {
    this.#child.stdin.write(`${text}\n`);
    return JSON.parse(await this.line());
  }

  stop() {
    process.off("exit", this.#kill);
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return Promise.resolve();
    this.#kill();
    return ended;
  }
}
