// What in a text looks like it could tell who somebody is, before it is sent. Advice: the stage decides, and finds more.
// The rules are generated from the stage's own patterns (deploy/app_hints.py); a test asks the stage about each mark.
import tables from "./generated/hints.json";

export type Mark = { readonly start: number; readonly end: number; readonly kind: string }; // in units of UTF-16

// A longer text cannot be sent; the marks of its beginning are enough, and keys never wait for them.
const READ_MAX = 4_000;

type Row = {
  rule: string;
  kind: string;
  pattern: string;
  group?: string;
  none?: string; // a group that must not have matched
  figures?: number; // at least
  form?: string; // of its signs alone
  unless?: string; // what the marked words must not be
  before?: string; // what must not stand before
  after?: string; // what has to stand before
  behind?: string; // what must not stand behind
  few?: string; // what must not stand behind the least of figures
  date?: boolean;
};
type Beside = "form" | "unless" | "before" | "after" | "behind" | "few";
type Rule = Omit<Row, "pattern" | Beside> & Record<"pattern", RegExp> & Partial<Record<Beside, RegExp>>;

const BEFORE = 16;
const AFTER = 24;
const BEHIND = 40;

function compiled(row: Row): Rule {
  const { pattern, form, unless, before, after, behind, few, ...rest } = row;
  return {
    ...rest,
    pattern: new RegExp(pattern, "gu"),
    ...(form === undefined ? {} : { form: new RegExp(`^(?:${form})$`, "u") }),
    ...(unless === undefined ? {} : { unless: new RegExp(unless, "u") }),
    ...(before === undefined ? {} : { before: new RegExp(before, "u") }),
    ...(after === undefined ? {} : { after: new RegExp(after, "u") }),
    ...(few === undefined ? {} : { few: new RegExp(few, "u") }),
    ...(behind === undefined ? {} : { behind: new RegExp(behind, "u") }),
  };
}

type Words = { rules: Rule[]; programme: RegExp; naming: RegExp; months: Set<string>; titles: Set<string>; addressed: Set<string>; relatives: Set<string>; joiners: Set<string>; given: Set<string> };
let words: Words | null = null;

// Made when somebody first types: the page opens without them.
function known(): Words {
  words ??= {
    rules: (tables.rules as Row[]).map(compiled),
    programme: new RegExp(tables.programme, "u"),
    naming: new RegExp(tables.naming, "gu"),
    months: new Set(tables.months),
    titles: new Set(tables.titles),
    addressed: new Set(tables.addressed),
    relatives: new Set(tables.relatives),
    joiners: new Set(tables.joiners),
    given: new Set(tables.given.split(" ")),
  };
  return words;
}

let last: { text: string; found: readonly Mark[] } | null = null;

// The marks of a text, from left to right, none in another.
export function marks(text: string): readonly Mark[] {
  if (last?.text !== text) last = { text, found: find(text.slice(0, READ_MAX)) };
  return last.found;
}

function find(text: string): Mark[] {
  const low = lowered(text);
  const found = [...names(text, low)];
  for (const rule of known().rules) if (/\d/u.test(low) || ["email", "room", "birthday"].includes(rule.kind)) found.push(...matches(rule, low));
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  const kept: Mark[] = [];
  for (const mark of found) if (mark.start >= (kept.at(-1)?.end ?? 0)) kept.push(mark);
  return kept;
}

// Lower case of the same length, so that places in one are places in the other.
function lowered(text: string): string {
  const low = text.toLowerCase();
  return low.length === text.length ? low : [...text].map((char) => (char.toLowerCase().length === char.length ? char.toLowerCase() : char)).join("");
}

function* matches(rule: Rule, low: string): Generator<Mark> {
  for (const match of low.matchAll(rule.pattern)) {
    const said = rule.group === undefined ? match[0] : match.groups?.[rule.group];
    if (said === undefined || (rule.none !== undefined && match.groups?.[rule.none])) continue;
    const start = match.index + match[0].lastIndexOf(said);
    const end = start + said.length;
    const digits = said.replace(/\D/gu, "").length;
    if (rule.figures !== undefined && digits < rule.figures) continue;
    if (rule.form !== undefined && !rule.form.test(said.replace(/[^\p{L}\p{N}]/gu, ""))) continue;
    if (rule.unless?.test(said)) continue;
    if (rule.before?.test(low.slice(Math.max(0, start - BEFORE), start))) continue;
    if (rule.after?.test(low.slice(Math.max(0, start - AFTER), start)) === false) continue;
    if (rule.behind?.test(low.slice(end, end + BEHIND))) continue;
    if (digits <= (rule.figures ?? 0) && rule.few?.test(low.slice(end, end + BEHIND))) continue;
    if (rule.date === true && !isDay(match.groups ?? {}, low)) continue;
    yield { start, end, kind: rule.kind };
  }
}

// A day that there is, of nobody's programme, and no row of readings.
function isDay(said: Record<string, string | undefined>, low: string): boolean {
  if (known().programme.test(low)) return false; // the stage asks the sentence; the page only keeps quiet
  if (said["figures"] !== undefined) return /^\d{1,2} ?\d{1,2} ?(?:19|20)\d\d$/u.test(said["figures"]);
  const day = Number(said["a"] ?? said["day"]);
  const year = said["year"]?.replace("'", "");
  if (said["b"] === undefined && said["month"] !== undefined && !/^\d/u.test(said["month"])) {
    if (day < 1 || day > 31) return false;
    return year === undefined ? !known().months.has(said["month"]) : year.length === 2 || Number(year) >= 1900;
  }
  const month = Number(said["b"] ?? said["month"]);
  if (!((day >= 1 && day <= 31 && month >= 1 && month <= 12) || (month >= 1 && month <= 31 && day >= 1 && day <= 12))) return false;
  if (year === undefined) return true;
  if (year.length === 4) return Number(year) >= 1900;
  return said["gap"]?.trim() !== "" && month - day !== Number(year) - month;
}

const WORD = /[\p{L}]+(?:['’][\p{L}]{1,12})?/gu;

// "Mrs Lopez", "her daughter Anna": a title with what has a capital behind it, a relative with a given name.
function* names(text: string, low: string): Generator<Mark> {
  const { titles, addressed, relatives, joiners, given, naming } = known();
  const all = [...text.matchAll(WORD)];
  for (let i = 0; i < all.length - 1; i++) {
    const cue = folded(all[i]![0]);
    const isTitle = titles.has(cue);
    if (!isTitle && !relatives.has(cue)) continue;
    const [next, gap] = [all[i + 1]!, text.slice(all[i]!.index + all[i]![0].length, all[i + 1]!.index)];
    if (!capital(next[0]) || !(isTitle ? /^[\s.]{1,3}$/u : /^[\s,:('"-]{1,3}$/u).test(gap)) continue;
    const name = folded(next[0].replace(/['’]s$/u, ""));
    if (addressed.has(name) || joiners.has(name) || name.length < 2) continue;
    if (!isTitle && !given.has(low.slice(next.index, next.index + next[0].length).replace(/['’]s$/u, ""))) continue;
    if (isTitle && next[0].length > 1 && next[0] === next[0].toUpperCase()) continue;
    let end = next.index + next[0].replace(/['’]s$/u, "").length;
    const behind = all[i + 2];
    if (isTitle && behind !== undefined && behind.index === end + 1 && text[end] === "-" && capital(behind[0])) end = behind.index + behind[0].length;
    yield { start: next.index, end, kind: isTitle ? "name" : "relative" };
  }
  for (const cue of low.matchAll(naming)) {
    const start = cue.index + cue[0].length;
    const name = /^\p{Lu}\p{L}+/u.exec(text.slice(start))?.[0];
    if (name !== undefined && given.has(name.toLowerCase())) yield { start, end: start + name.length, kind: "name" };
  }
}

function capital(word: string): boolean {
  return /^\p{Lu}/u.test(word);
}

// As the stage compares words: no case, no marks on letters, ue = ü = u.
function folded(word: string): string {
  const special = tables.special as Record<string, string>;
  let low = [...word.toLowerCase()].map((char) => special[char] ?? char).join("").normalize("NFD").replace(/\p{M}/gu, "");
  for (const [double, single] of tables.digraphs) low = low.replaceAll(double!, single!);
  return low;
}
