// How long a text is for each platform, counted as the poster counts; tests compare the two.
import type { LiveEvent, Platform } from "./api";
import tables from "./generated/lengths.json";
import { xUrls, xWeight } from "./xlength";

export const TEXT_MAX = 2_000; // code points; the stage refuses more
const COUNTED_MAX = 20_000; // of a pasted novel no more is counted: it cannot be sent, and keys must not wait for it

const ADDRESS = 23; // Mastodon shortens every address to this, whatever its length
const BYTES_PER_GRAPHEME = 10; // Bluesky: 300 graphemes and 3,000 bytes, whichever is nearer

// `length` of the words alone, `limit` what the poster's own additions leave of the platform's. `parts`: as many posts at
// least, for they end at sentences and words.
export type Counted = { platform: Platform | "any"; name: string; length: number; limit: number; parts: number };

// What the poster adds to each post: consumers/poster/compose.py and stamps.py.
export type Around = { hashtag: string; stamp: LiveEvent["stamp"]; warning: string | null; hours: number };

const LIMITS: Record<Exclude<Platform, "local">, { name: string; count: (text: string) => number }> = {
  x: { name: "X", count: xWeight },
  bluesky: { name: "Bluesky", count: blueskyLength },
  mastodon: { name: "Mastodon", count: mastodonLength },
};
const NUMBERS = [" (9/9)", " (99/99)"]; // the widest number of a part, up to nine of them and beyond

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const encoder = new TextEncoder();
const MENTION_HOST = new RegExp(tables.mentionHost, "giu");

export function codePoints(text: string): number {
  let sum = 0;
  for (const _ of text) sum++;
  return sum;
}

export function graphemes(text: string): number {
  // eslint-disable-next-line no-control-regex
  if (/^[\x20-\x7e]*$/u.test(text)) return text.length;
  let sum = 0;
  for (const _ of segmenter.segment(text)) sum++;
  return sum;
}

export function blueskyLength(text: string): number {
  return Math.max(graphemes(text), Math.ceil(encoder.encode(text).length / BYTES_PER_GRAPHEME));
}

export function mastodonLength(text: string): number {
  let [sum, at] = [0, 0];
  for (const [start, end] of xUrls(text)) {
    if (text.slice(start, start + 4).toLowerCase() !== "http") continue;
    sum += graphemes(text.slice(at, start).replace(MENTION_HOST, "$1")) + ADDRESS;
    at = end;
  }
  return sum + graphemes(text.slice(at).replace(MENTION_HOST, "$1"));
}

const TAG_LETTERS = "[\\p{L}\\p{N}\\p{M}_\\u200c\\u200d\\u00b7]";
const TAG = new RegExp(`(?<!&|${TAG_LETTERS})[#＃]${TAG_LETTERS}+`, "gu");
const ADDRESSED = /https?:\/\/[^\s<>"]+/giu;

// Whether the hashtag stands in the text as a whole word, and in no link.
function holds(text: string, hashtag: string): boolean {
  const folded = (tag: string): string => tag.normalize("NFC").replace("＃", "#").toLowerCase();
  const found = [...text.matchAll(TAG)].filter((match) => folded(match[0]) === folded(hashtag));
  if (found.length === 0) return false;
  const links = [...xUrls(text, true), ...[...text.matchAll(ADDRESSED)].map((m) => [m.index, m.index + m[0].length] as const)];
  return found.some(({ index }) => !links.some(([start, end]) => start <= index && index < end));
}

// The widest that the poster may write before the words.
function opening(platform: Platform, { stamp, warning, hours }: Around): string {
  const own = warning === null || platform === "mastodon" ? "" : `[${warning}] `; // there it has a field of its own
  const number = platform === "x" || stamp === "counter" ? tables.number : ""; // on X posts may have to stand alone
  return own + number + (stamp === "clock" ? "00:00:00 " : stamp === "elapsed" ? `T+${Math.max(0, Math.floor(hours))}:00:00 ` : "");
}

let last: { key: string; found: Counted[] } | null = null; // the page draws itself each second; a text is counted once

// One count for each platform the event goes to; without any, how much room the update itself has.
export function counted(text: string, around: Around, platforms: readonly Platform[]): Counted[] {
  const key = JSON.stringify([around, platforms, text]);
  if (last?.key !== key) last = { key, found: count(text, around, platforms) };
  return last.found;
}

export function aroundOf(event: LiveEvent, nowMs: number): Around {
  const hours = (nowMs - Date.parse(event.window.opens)) / 3_600_000;
  return { hashtag: event.hashtag, stamp: event.stamp ?? "clock", warning: event.content_warning ?? null, hours }; // a page from before kept neither
}

function count(text: string, around: Around, platforms: readonly Platform[]): Counted[] {
  const found: Counted[] = [];
  for (const platform of ["x", "bluesky", "mastodon"] as const) if (platforms.includes(platform)) found.push(countFor(platform, text, around));
  return found.length > 0 ? found : [{ platform: "any", name: "", limit: TEXT_MAX, length: codePoints(text), parts: 1 }];
}

function countFor(platform: Exclude<Platform, "local">, text: string, around: Around): Counted {
  const { name, count: measure } = LIMITS[platform];
  const before = opening(platform, around);
  const behind = holds(before + text, around.hashtag) ? "" : ` ${around.hashtag}`;
  const beside = platform === "mastodon" && around.warning !== null ? measure(around.warning) : 0;
  const added = measure(before + behind);
  const limit = tables.limits[platform] - added - beside;
  const lengthOf = (words: string): number => (words.length > COUNTED_MAX ? codePoints(words) : measure(before + words + behind) - added);
  const length = text === "" ? 0 : lengthOf(text);
  return { platform, name, limit, length, parts: length <= limit ? 1 : partsOf(lengthOf(text.replace(/\s+/gu, " ")), limit) };
}

// At each cut a space is saved, and each part but a whole one has its number.
function partsOf(length: number, limit: number): number {
  const [few, many] = NUMBERS.map((number) => Math.max(2, Math.ceil((length + 1) / (Math.max(1, limit - number.length) + 1))));
  return few! <= 9 ? few! : many!;
}
