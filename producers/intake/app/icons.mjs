// Draws the app's icons from the brand's four strokes: an SVG, and PNGs for systems that take nothing else. Pure arithmetic,
// so that each build gives the same bytes.
import { crc32, deflateSync } from "node:zlib";

const GRID = 24;
const CANVAS = [0x0d, 0x11, 0x13];
const INK = [0xee, 0xf2, 0xf3];
const ACCENT = [0x74, 0xd0, 0xdb];
const STROKES = [
  { y: 7, from: 4, to: 14, width: 2, color: INK },
  { y: 12, from: 4, to: 9, width: 2, color: INK },
  { y: 17, from: 4, to: 12, width: 2, color: INK },
  { y: 12, from: 13, to: 20, width: 4, color: ACCENT },
];
const ROOM = 1.5; // how much of the grid lies around the strokes, in the plain icon
const MASKED_ROOM = 6; // systems cut a circle of four fifths out of the maskable one
const SAMPLES = 4; // a side, for each pixel

const css = (color) => `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;

export function svg() {
  const paths = STROKES.map(({ y, from, to, width, color }) => `<path d="M${from} ${y}H${to}" stroke="${css(color)}" stroke-width="${width}"/>`);
  const [at, size] = [-ROOM, GRID + 2 * ROOM];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${at} ${at} ${size} ${size}"><path d="M${at} ${at}h${size}v${size}h-${size}z" fill="${css(CANVAS)}"/><g stroke-linecap="round">${paths.join("")}</g></svg>\n`;
}

// The colour at one point of the grid: a stroke is all that lies within half its width of its line.
function at(x, y) {
  let color = CANVAS;
  for (const stroke of STROKES) {
    const dx = x - Math.min(Math.max(x, stroke.from), stroke.to);
    if (dx * dx + (y - stroke.y) ** 2 <= (stroke.width / 2) ** 2) color = stroke.color;
  }
  return color;
}

function pixels(size, room) {
  const scale = (GRID + 2 * room) / size;
  const rows = Buffer.alloc(size * (1 + 3 * size)); // each row begins with its filter, none
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const sum = [0, 0, 0];
      for (let i = 0; i < SAMPLES * SAMPLES; i++) {
        const x = (column + ((i % SAMPLES) + 0.5) / SAMPLES) * scale - room;
        const y = (row + (Math.floor(i / SAMPLES) + 0.5) / SAMPLES) * scale - room;
        at(x, y).forEach((part, channel) => (sum[channel] += part));
      }
      sum.forEach((part, channel) => (rows[row * (1 + 3 * size) + 1 + 3 * column + channel] = Math.round(part / SAMPLES ** 2)));
    }
  }
  return rows;
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

export function png(size, { maskable = false } = {}) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2], 8); // 8 bits each of red, green and blue
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const data = deflateSync(pixels(size, maskable ? MASKED_ROOM : ROOM), { level: 9 });
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", data), chunk("IEND", Buffer.alloc(0))]);
}
