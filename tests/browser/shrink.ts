// Makes accepted pictures small before they are kept: few colours, well packed. What that changes is far below what
// the comparison lets pass, so nobody sees it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync, inflateSync } from "node:zlib";

const N_COMMON = 128;
const N_RARE = 128;
const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Kinds of colour in a PNG's head. */
const RGB = 2;
const PALETTE = 3;

interface Picture {
  width: number;
  height: number;
  /** Three bytes a point, from the top left. */
  points: Buffer;
}

export default function shrinkAccepted(): void {
  for (const folder of ["accepted", "../../docs/vi/hinh"].map((path) => join(import.meta.dirname, path))) {
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      const picture = read(readFileSync(file));
      if (picture) writeFileSync(file, write(picture));
    }
  }
}

/** A picture as Chromium writes it; null when its colours are few already. */
function read(png: Buffer): Picture | null {
  let head: Buffer | undefined;
  const packed: Buffer[] = [];
  for (let at = SIGNATURE.length; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const body = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const kind = png.toString("latin1", at + 4, at + 8);
    if (kind === "IHDR") head = body;
    if (kind === "IDAT") packed.push(body);
  }
  if (!head || head[9] !== RGB) return null;
  const width = head.readUInt32BE(0);
  const height = head.readUInt32BE(4);
  return { width, height, points: unfiltered(inflateSync(Buffer.concat(packed)), 3 * width, height) };
}

/** Each line of a PNG says by which neighbours it is told: W3C's "PNG specification", 9.2. */
function unfiltered(lines: Buffer, n_bytes: number, height: number): Buffer {
  const points = Buffer.alloc(n_bytes * height);
  for (let y = 0; y < height; y++) {
    const filter = lines[y * (n_bytes + 1)] ?? 0;
    for (let x = 0; x < n_bytes; x++) {
      const at = y * n_bytes + x;
      const left = x >= 3 ? (points[at - 3] ?? 0) : 0;
      const up = y > 0 ? (points[at - n_bytes] ?? 0) : 0;
      const corner = x >= 3 && y > 0 ? (points[at - n_bytes - 3] ?? 0) : 0;
      points[at] = (lines[y * (n_bytes + 1) + 1 + x] ?? 0) + told(filter, left, up, corner);
    }
  }
  return points;
}

function told(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const [a, b, c] = [up - corner, left - corner, left + up - 2 * corner].map(Math.abs) as [number, number, number];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

function write({ width, height, points }: Picture): Buffer {
  const colours = chosen(points);
  const nearest = new Map<number, number>();
  const lines = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < width * height; at++) {
    const colour = points.readUIntBE(3 * at, 3);
    let place = nearest.get(colour);
    if (place === undefined) nearest.set(colour, (place = nearestOf(colours, colour)));
    lines[at + Math.floor(at / width) + 1] = place;
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  head[9] = PALETTE;
  const palette = Buffer.from(colours.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const packed = deflateSync(lines, { level: 9, memLevel: 9 });
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("PLTE", palette), chunk("IDAT", packed), chunk("IEND", Buffer.alloc(0))]);
}

/** The commonest colours, and then again and again the one that is farthest from all: a red star stays red. */
function chosen(points: Buffer): number[] {
  const n_of = new Map<number, number>();
  for (let at = 0; at < points.length; at += 3) {
    const colour = points.readUIntBE(at, 3);
    n_of.set(colour, (n_of.get(colour) ?? 0) + 1);
  }
  const all = [...n_of].sort((a, b) => b[1] - a[1] || a[0] - b[0]).map(([colour]) => colour);
  const colours = all.slice(0, N_COMMON);
  const far = new Map(all.slice(N_COMMON).map((one) => [one, apart(colours[nearestOf(colours, one)] ?? 0, one)]));
  for (let n = 0; n < N_RARE && far.size > 0; n++) {
    const [next] = [...far].reduce((best, one) => (one[1] > best[1] ? one : best));
    colours.push(next);
    for (const [one, least] of far) far.set(one, Math.min(least, apart(next, one)));
    far.delete(next);
  }
  return colours;
}

function apart(a: number, b: number): number {
  return ((a >> 16) - (b >> 16)) ** 2 + (((a >> 8) & 255) - ((b >> 8) & 255)) ** 2 + ((a & 255) - (b & 255)) ** 2;
}

function nearestOf(colours: readonly number[], colour: number): number {
  let best = 0;
  for (let at = 1; at < colours.length; at++) if (apart(colours[at] ?? 0, colour) < apart(colours[best] ?? 0, colour)) best = at;
  return best;
}

function chunk(kind: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), body]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(body.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
