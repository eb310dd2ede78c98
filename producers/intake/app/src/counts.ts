// How long a text is for each platform, counted as the poster counts; tests compare the two.
import type { Platform } from "./api";
import tables from "./generated/lengths.json";
import { xUrls, xWeight } from "./xlength";

export const TEXT_MAX = 2_000; // code points; the stage refuses more
const COUNTED_MAX = 20_000; // of a pasted novel no more is counted: it cannot be sent, and keys must not wait for it

const ADDRESS = 23; // Mastodon shortens every address to this, whatever its length
const BYTES_PER_GRAPHEME = 10; // Bluesky: 300 graphemes and 3,000 bytes, whichever is nearer

export type Counted = { platform: Platform | "any"; name: string; length: number; limit: number };

const LIMITS: Record<Exclude<Platform, "local">, { name: string; limit: number; count: (text: string) => number }> = {
  x: { name: "X", limit: 280, count: xWeight },
  bluesky: { name: "Bluesky", limit: 300, count: blueskyLength },
  mastodon: { name: "Mastodon", limit: 500, count: mastodonLength },
};

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

export function withHashtag(text: string, hashtag: string): string {
  return text === "" || text.toLowerCase().includes(hashtag.toLowerCase()) ? text : `${text} ${hashtag}`;
}

let last: { key: string; found: Counted[] } | null = null; // the page draws itself each second; a text is counted once

// One count for each platform the event goes to; without any, how much room the update itself has.
export function counted(text: string, hashtag: string, platforms: readonly Platform[]): Counted[] {
  const key = [hashtag, platforms.join(), text].join("\n");
  if (last?.key !== key) last = { key, found: count(text, hashtag, platforms) };
  return last.found;
}

function count(text: string, hashtag: string, platforms: readonly Platform[]): Counted[] {
  const found: Counted[] = [];
  const whole = withHashtag(text, hashtag);
  for (const platform of ["x", "bluesky", "mastodon"] as const) {
    if (!platforms.includes(platform)) continue;
    const { name, limit, count: length } = LIMITS[platform];
    found.push({ platform, name, limit, length: whole.length > COUNTED_MAX ? codePoints(whole) : length(whole) });
  }
  return found.length > 0 ? found : [{ platform: "any", name: "", limit: TEXT_MAX, length: codePoints(text) }];
}
