// The line between client and server: the testkit's, the same for all.
import { Running, ours } from "./process.mjs";

export const LOOPBACK = { name: "loopback", bitsPerSecond: 0, roundTripMs: 0, lossPercent: 0 };
export const BAD = { name: "bad line", bitsPerSecond: 256_000, roundTripMs: 600, lossPercent: 2 };

export class Line {
  #process;

  static async before(port, link, dice) {
    const line = new Line();
    const words = [port, link.bitsPerSecond, link.roundTripMs, link.lossPercent, dice].map(String);
    line.#process = new Running(ours("sohoi-line"), words);
    line.port = JSON.parse(await line.#process.line()).port;
    return line;
  }

  /** Bytes up and down and requests so far. */
  counts() {
    return this.#process.ask("");
  }

  stop() {
    return this.#process.stop();
  }
}
