// Answers, for each line of JSON on standard input, what the page's own modules say: of a text its marks and lengths, of an
// item all that it can be filled to, of a count whether a blank takes it, of a state its words, of a language its tables.
import { build } from "esbuild";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";

const src = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../src");
const MODULES = ["hints.ts", "counts.ts", "xlength.ts", "blanks.ts", "times.ts", "updates.ts", "catalogue/index.ts"];
const folder = await mkdtemp(path.join(tmpdir(), "scrubcast-ask-"));
try {
  await build({ entryPoints: MODULES.map((name) => path.join(src, name)), outbase: src, outdir: folder, outExtension: { ".js": ".mjs" }, bundle: true, format: "esm", logLevel: "error" });
  const [{ marks }, { graphemes, blueskyLength, mastodonLength, counted }, { xWeight }, blanks, { clock }, { shownAs }, { catalogue }] = await Promise.all(
    MODULES.map((name) => import(pathToFileURL(path.join(folder, name.replace(/\.ts$/u, ".mjs"))).href)),
  );
  const filled = ({ item, lang, atMs, timezone }) => {
    const time = clock(atMs, timezone);
    const all = (pieces) => {
      const blank = blanks.firstEmpty(pieces);
      return blank === null ? [blanks.spoken(pieces, time)] : blanks.choices(blank, lang, []).flatMap((choice) => all(blanks.fill(pieces, blank, choice)));
    };
    return all(blanks.pieces(item, blanks.OF_AN_ITEM));
  };
  const words = ({ state, lang }) => {
    const update = { atMs: 0, text: "", local: { kind: "received" } };
    return shownAs(update, { update_id: "", ...state }, { t: catalogue(lang), nowMs: 0, closedAt: "", timezone: "UTC", awaySinceMs: null }).words;
  };
  const tables = (lang) => Object.fromEntries(Object.entries(catalogue(lang)).filter(([, rows]) => typeof rows === "object").map(([name, rows]) => [name, Object.keys(rows)]));
  const said = (asked) => {
    if (asked.item !== undefined) return { filled: filled(asked) };
    if (asked.count !== undefined) return { taken: blanks.isCount(asked.blank, asked.count) };
    if (asked.state !== undefined) return { words: words(asked) };
    return asked.tables === undefined ? null : { tables: tables(asked.tables) };
  };
  const points = (text, unit) => [...text.slice(0, unit)].length; // Python counts code points
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
    const other = said(asked);
    if (other !== null) {
      console.log(JSON.stringify(other));
      continue;
    }
    const { text, around, platforms } = typeof asked === "string" ? { text: asked } : asked;
    const began = performance.now();
    const found = marks(text).map(({ start, end, kind }) => [points(text, start), points(text, end), kind]);
    const marked = performance.now();
    const lengths = { x: xWeight(text), bluesky: blueskyLength(text), mastodon: mastodonLength(text), graphemes: graphemes(text), counted: around && counted(text, around, platforms) };
    console.log(JSON.stringify({ marks: found, ...lengths, marksMs: marked - began, countsMs: performance.now() - marked }));
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
