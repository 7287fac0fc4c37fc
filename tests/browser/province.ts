// The province's hub, the real program: what a commune that is enrolled sees is by its hand.
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { said, stopped, surroundings } from "./host.ts";
import { programs } from "./place.ts";

const PROVINCE = "46";
const PASSWORD = "mot-mat-khau-dai-2018";

export class Province {
  #program: ChildProcess;

  private constructor(
    program: ChildProcess,
    readonly folder: string,
    readonly url: string,
    readonly env: NodeJS.ProcessEnv,
  ) {
    this.#program = program;
  }

  static async start(still: boolean): Promise<Province> {
    const folder = mkdtempSync(join(tmpdir(), "sohoi-browser-hub-"));
    const env = { ...surroundings(still), SOHOI_HUB_PASSWORD: PASSWORD };
    const data = ["--data", join(folder, "data")];
    execFileSync(join(programs, "sohoi-hub"), [...data, "--json", "init", "--unit", PROVINCE, "--admin", "admin"], { env, stdio: "ignore" });
    const words = [join(programs, "sohoi-hub"), ...data, "--json", "serve", "--listen", "127.0.0.1:0"];
    const program = spawn("setpriv", ["--pdeathsig", "KILL", ...words], { env, stdio: ["ignore", "pipe", "ignore"] });
    return new Province(program, folder, (await said<{ listening: string }>(program)).listening, env);
  }

  /** A code by which a commune ties its register to the hub. */
  code(unit: string): string {
    return (JSON.parse(this.#ask(["enrol", "--unit", unit])) as { code: string }).code;
  }

  /** Says something to a commune about one of its periods. */
  comment(unit: string, period: string, text: string): void {
    this.#ask(["comment", "add", "--unit", unit, "--period", period, "--text-file", this.#file(text)]);
  }

  /** Says something to a commune about one of its records. */
  commentOn(unit: string, record: string, text: string): void {
    this.#ask(["comment", "add", "--unit", unit, "--record", record, "--text-file", this.#file(text)]);
  }

  /** Gives a period back to be mended. */
  giveBack(unit: string, period: string, text: string): void {
    this.#ask(["period", "return", "--unit", unit, period, "--note-file", this.#file(text)]);
  }

  async stop(): Promise<void> {
    await stopped(this.#program);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #file(text: string): string {
    const file = join(this.folder, "text");
    writeFileSync(file, text);
    return file;
  }

  #ask(words: string[]): string {
    const asked = [...words, "--data", join(this.folder, "data"), "--json"];
    return execFileSync(join(programs, "sohoi-hub"), asked, { env: this.env, encoding: "utf8", cwd: this.folder });
  }
}
