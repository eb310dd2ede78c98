// How long a text is for each platform, near enough to write by; the poster counts again, exactly.
import type { Platform } from "./api";

export const TEXT_MAX = 2_000; // code points; the stage refuses more

// Platforms shorten every address to this many characters, whatever its length.
const ADDRESS = 23;
const ADDRESSES = /https?:\/\/\S+/gu;

export type Counted = { platform: Platform | "any"; name: string; length: number; limit: number };

const LIMITS: Record<Exclude<Platform, "local">, { name: string; limit: number; count: (text: string) => number }> = {
  x: { name: "X", limit: 280, count: weighted },
  bluesky: { name: "Bluesky", limit: 300, count: graphemes },
  mastodon: { name: "Mastodon", limit: 500, count: (text) => graphemes(text.replace(ADDRESSES, "x".repeat(ADDRESS))) },
};

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function codePoints(text: string): number {
  return [...text].length;
}

function graphemes(text: string): number {
  return [...segmenter.segment(text)].length;
}

// X counts most scripts as one, CJK and the like as two, and an emoji as two however it is composed.
function weighted(text: string): number {
  let sum = 0;
  for (const { segment } of segmenter.segment(text.normalize("NFC").replace(ADDRESSES, "x".repeat(ADDRESS)))) {
    if (/\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(segment)) sum += 2;
    else for (const char of segment) sum += light(char.codePointAt(0)!) ? 1 : 2;
  }
  return sum;
}

function light(point: number): boolean {
  return point <= 4351 || (point >= 8192 && point <= 8205) || (point >= 8208 && point <= 8223) || (point >= 8242 && point <= 8247);
}

export function withHashtag(text: string, hashtag: string): string {
  return text === "" || text.toLowerCase().includes(hashtag.toLowerCase()) ? text : `${text} ${hashtag}`;
}

// One count for each platform the event goes to; without any, how much room the update itself has.
export function counted(text: string, hashtag: string, platforms: readonly Platform[]): Counted[] {
  const whole = withHashtag(text, hashtag);
  const found: Counted[] = [];
  for (const platform of ["x", "bluesky", "mastodon"] as const) {
    if (!platforms.includes(platform)) continue;
    const { name, limit, count } = LIMITS[platform];
    found.push({ platform, name, limit, length: count(whole) });
  }
  return found.length > 0 ? found : [{ platform: "any", name: "", limit: TEXT_MAX, length: codePoints(text) }];
}
