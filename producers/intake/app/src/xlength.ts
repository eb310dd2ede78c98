// The weighted length by which X holds a post to 280, as consumers/poster/length.py counts it; the tables are generated.
import tables from "./generated/lengths.json";

export type Span = readonly [number, number]; // in units of UTF-16

const LABEL_MAX = 63;
const LABELS_MAX = 11;
const TCO_MAX = 40;
const TWO_UNITS = "\\u{10000}-\\u{10ffff}";
const IN_DOMAIN = `[^_\\-${tables.notInName}]`;
const IN_LABEL = `[^${tables.notInName}]`;
const IN_LAST = `[^_${tables.notInName}]`;
const IN_PATH = `[a-z0-9!*';:=+,.$\\/%#\\[\\]\\-\\u2013_~@\\|&\\u0400-\\u04ff${tables.latin}]`;
const ENDS_PATH = `[a-z0-9+\\-=_#\\/\\u0400-\\u04ff${tables.latin}]`;
const PARENS = `\\((?:${IN_PATH}+|${IN_PATH}*\\(${IN_PATH}+\\)${IN_PATH}*)\\)`;
const PATH = `\\/(?:(?:${IN_PATH}|${PARENS})*(?:${ENDS_PATH}|${PARENS}))?`;
const QUERY = "\\?[a-z0-9!?*'@\\(\\);:&=+$\\/%#\\[\\]\\-_.,~\\|]*[a-z0-9\\-_&=#\\/]";
const NO_URL_END = ".,;:!?'…*_~”’»";
const CLOSES: Record<string, string> = { ")": "(", "]": "[", "}": "{" };
const WITH_SCHEME = /https?:\/\/[^\s<>"]+/giu;
const TCO = new RegExp(`^https?:\\/\\/t\\.co\\/([a-z0-9]+)(?:${QUERY})?`, "iu");
const EMOJI = new RegExp(tables.emoji, "gu");
const URL_WEIGHT = tables.xUrl;

type Patterns = { link: RegExp; latin: RegExp; end: RegExp };
const made = new Map<boolean, Patterns>();

// Built when a text first has a full stop in a word: fifteen hundred names take a moment.
function patterns(newer: boolean): Patterns {
  const kept = made.get(newer);
  if (kept !== undefined) return kept;
  const names = [...tables.ends.split(" "), ...(newer ? tables.newer.split(" ") : [])].sort((a, b) => b.length - a.length);
  const end = `(?:(?:${names.join("|")})(?![0-9a-zA-Z@+\\-])|xn--[\\-0-9a-z]+)`;
  const before = `(?:(?<before>[^A-Za-z0-9@＠$#＃${tables.noLink}${TWO_UNITS}])|^|(?=[${TWO_UNITS}])|(?<=[${TWO_UNITS}]))`;
  // The looks ahead make the runs possessive: without, a text of stops and letters takes seconds.
  const label = `${IN_DOMAIN}(?=(?<a>${IN_LABEL}{0,${LABEL_MAX - 1}}))\\k<a>(?<![_\\-])\\.`;
  const last = `${IN_DOMAIN}(?=(?<b>${IN_LAST}{0,${LABEL_MAX - 1}}))\\k<b>(?<!-)\\.`;
  const found = {
    link: new RegExp(`${before}(?<url>(?<scheme>https?:\\/\\/)?(?<domain>(?:${label}){0,${LABELS_MAX}}${last}${end})(?<port>:[0-9]+)?(?<path>${PATH})?(?:${QUERY})?)`, "giu"),
    latin: new RegExp(`(?:[\\-a-z0-9${tables.latin}]+\\.)+${end}`, "giu"),
    end: new RegExp(`\\.${end}`, "iu"),
  };
  made.set(newer, found);
  return found;
}

// The links that X shortens.
export function xUrls(text: string, newer = false): Span[] {
  if (!/\.[^\s.]/u.test(text)) return [];
  const { link, latin, end } = patterns(newer);
  if (!end.test(text)) return [];
  const found: Span[] = [];
  let last = 0;
  for (const match of text.matchAll(link)) {
    const since = last;
    last = match.index + match[0].length;
    const { before, url, scheme, domain, path } = match.groups as Record<string, string | undefined>;
    const start = last - url!.length;
    const at = start + (scheme?.length ?? 0);
    if (!isDomain(domain!, latin) || isInsideLabel(text, since, at, domain!)) continue;
    if (scheme !== undefined) found.push(...withScheme(url!, start));
    else if (!"-_./".includes(before ?? " ")) found.push(...bare(text, at, last, domain!, path, latin));
  }
  return found;
}

function isDomain(domain: string, latin: RegExp): boolean {
  if (domain.startsWith("xn--") && domain.search(latin) < 0) return false;
  return domain.split(".").every((label) => label !== "" && sent(label) <= LABEL_MAX);
}

// How long a label is as it is looked up: RFC 3490, whose other full stops part it as well.
function sent(label: string): number {
  if (isAscii(label)) return label.length;
  return label.split(/[\u3002\uff0e\uff61]/u).map((part) => (isAscii(part) ? part.length : 4 + punycode([...part]))).reduce((sum, length) => sum + length + 1, -1);
}

function isAscii(text: string): boolean {
  // eslint-disable-next-line no-control-regex
  return /^[\x00-\x7f]*$/u.test(text);
}

// The length of a label in punycode (RFC 3492 section 6.3).
function punycode(chars: readonly string[]): number {
  const points = chars.map((char) => char.codePointAt(0)!);
  const basic = points.filter((point) => point < 128).length;
  let [length, done, code, delta, bias] = [basic + (basic > 0 ? 1 : 0), basic, 128, 0, 72];
  while (done < points.length) {
    const next = Math.min(...points.filter((point) => point >= code));
    delta += (next - code) * (done + 1);
    code = next;
    for (const point of points) {
      if (point < code) delta += 1;
      if (point !== code) continue;
      let rest = delta;
      for (let k = 36; ; k += 36) {
        const threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        length += 1;
        if (rest < threshold) break;
        rest = Math.floor((rest - threshold) / (36 - threshold));
      }
      bias = adapted(delta, done + 1, done === basic);
      delta = 0;
      done += 1;
    }
    delta += 1;
    code += 1;
  }
  return length;
}

function adapted(given: number, points: number, first: boolean): number {
  let delta = Math.floor(given / (first ? 700 : 2));
  delta += Math.floor(delta / points);
  let k = 0;
  for (; delta > 455; k += 36) delta = Math.floor(delta / 35);
  return k + Math.floor((36 * delta) / (delta + 38));
}

function isInsideLabel(text: string, since: number, start: number, domain: string): boolean {
  const run = new RegExp(`${IN_LABEL}+$`, "u").exec(text.slice(Math.max(since + 1, start - LABEL_MAX), start));
  return run !== null && sent(run[0] + domain.split(".")[0]!) > LABEL_MAX;
}

function withScheme(url: string, start: number): Span[] {
  const short = TCO.exec(url);
  if (short === null) return [[start, start + url.length]];
  return short[1]!.length <= TCO_MAX ? [[start, start + short[0].length]] : [];
}

// Without a scheme only domains in Latin letters count; what follows belongs to the last of them.
function bare(text: string, at: number, end: number, domain: string, path: string | undefined, latin: RegExp): Span[] {
  const found = [...domain.matchAll(latin)].map((m): [number, number] => [at + m.index, at + m.index + m[0].length]);
  const last = found.at(-1);
  if (last !== undefined && path) last[1] = Math.min(text.length, last[1] + (end - at - domain.length));
  return found;
}

// What has a scheme but a host that X's rules do not know.
function unknown(text: string, seen: readonly Span[]): Span[] {
  const starts = new Set(seen.map(([start]) => start));
  const found: Span[] = [];
  for (const match of text.matchAll(WITH_SCHEME)) {
    const start = match.index;
    if (starts.has(start)) continue;
    let end = start + match[0].length;
    while (end > start && (NO_URL_END.includes(text[end - 1]!) || closesNothing(text.slice(start, end)))) end--;
    found.push([start, end]);
  }
  return found;
}

function closesNothing(text: string): boolean {
  const last = text.at(-1)!;
  const opens = CLOSES[last];
  return opens !== undefined && text.split(last).length > text.split(opens).length;
}

// Never below what X says, as far as its published rules go.
export function xWeight(given: string): number {
  const text = given.normalize("NFC");
  const seen = xUrls(text);
  let sum = weight(text, seen);
  if (/\.[^\s.]/u.test(text)) sum = Math.max(sum, weight(text, xUrls(text, true)));
  for (const [start, end] of unknown(text, seen)) sum += Math.max(0, URL_WEIGHT - ofWords(text.slice(start, end)));
  return sum;
}

function weight(text: string, links: readonly Span[]): number {
  let [sum, at] = [0, 0];
  for (const [start, end] of links) {
    sum += ofWords(text.slice(at, start)) + URL_WEIGHT;
    at = end;
  }
  return sum + ofWords(text.slice(at));
}

function ofWords(text: string): number {
  let sum = 0;
  for (const char of text.replace(EMOJI, "手")) sum += light(char.codePointAt(0)!) ? 1 : 2; // any one character that weighs two
  return sum;
}

function light(point: number): boolean {
  return tables.light.some(([low, high]) => point >= low! && point <= high!);
}
