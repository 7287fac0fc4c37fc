// The real dev host over a register of its own, in a folder that goes with it.
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Commands } from "../../ui/src/api/generated";
import { programs, STILL_AT_S, stillLibrary, ui } from "./place.ts";

export const PIN = "246813";
/** A Lưới 2. */
export const UNIT = "20044";

/** What a program is started with; a still one lives at one moment and draws the same lots each time. */
export function surroundings(still: boolean): NodeJS.ProcessEnv {
  return { ...process.env, ...(still ? { LD_PRELOAD: stillLibrary(), STILL_AT_S: String(STILL_AT_S) } : {}) };
}

/** The first line that a program says. */
export function said<T>(program: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    createInterface(program.stdout!).once("line", (line) => resolve(JSON.parse(line) as T));
    program.once("error", reject);
    program.once("exit", (code) => reject(new Error(`${program.spawnargs.join(" ")} ended with ${code}`)));
  });
}

export async function stopped(program: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => program.once("exit", resolve));
  program.kill("SIGKILL");
  await ended;
}

/** A refused command. */
export class Refused extends Error {
  constructor(
    command: string,
    readonly body: unknown,
  ) {
    super(`${command}: ${JSON.stringify(body)}`);
  }
}

export class Host {
  #program: ChildProcess;
  #home: string;

  private constructor(
    program: ChildProcess,
    home: string,
    readonly url: string,
  ) {
    this.#program = program;
    this.#home = home;
  }

  /** A host without a register yet. */
  static async start(still = false): Promise<Host> {
    return Host.#over(mkdtempSync(join(tmpdir(), "sohoi-browser-")), still);
  }

  static async #over(home: string, still: boolean): Promise<Host> {
    const words = [join(programs, "sohoi-dev-host"), "--home", join(home, "sổ"), "--ui", ui, "--port", "0"];
    // It ends with the worker that started it, however that ends.
    const program = spawn("setpriv", ["--pdeathsig", "KILL", ...words], { env: surroundings(still), stdio: ["ignore", "pipe", "inherit"] });
    const { listening: url } = await said<{ listening: string }>(program);
    return new Host(program, home, url);
  }

  /** One with an open register. */
  static async open(still = false): Promise<Host> {
    const host = await Host.start(still);
    await host.call("register_create", { unit_code: UNIT, on: null, officer: "Cán bộ Hội", pin: PIN });
    await host.call("recovery_kept", {});
    return host;
  }

  async call<C extends keyof Commands>(command: C, request: Commands[C]["req"]): Promise<Commands[C]["res"]> {
    const response = await fetch(`${this.url}/api/${command}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(request),
    });
    const body: unknown = await response.json();
    if (!response.ok) throw new Refused(command, body);
    return body as Commands[C]["res"]; // both sides are generated from the same types
  }

  /** Cuts it off, lets its folder be changed, and starts another over it. */
  async cutOff(change: (folder: string) => void): Promise<Host> {
    await stopped(this.#program);
    change(join(this.#home, "sổ"));
    return Host.#over(this.#home, false);
  }

  async stop(): Promise<void> {
    await stopped(this.#program);
    rmSync(this.#home, { recursive: true, force: true });
  }
}
