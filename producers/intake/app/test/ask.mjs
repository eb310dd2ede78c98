// Answers, for each line of JSON on standard input, what the page's own modules say of the text: marks and lengths.
import { build } from "esbuild";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";

const src = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../src");
const folder = await mkdtemp(path.join(tmpdir(), "scrubcast-ask-"));
try {
  await build({ entryPoints: ["hints.ts", "counts.ts", "xlength.ts"].map((name) => path.join(src, name)), outdir: folder, outExtension: { ".js": ".mjs" }, bundle: true, format: "esm", logLevel: "error" });
  const [{ marks }, { graphemes, blueskyLength, mastodonLength, counted }, { xWeight }] = await Promise.all(
    ["hints", "counts", "xlength"].map((name) => import(pathToFileURL(path.join(folder, `${name}.mjs`)).href)),
  );
  const points = (text, unit) => [...text.slice(0, unit)].length; // Python counts code points
  for await (const line of createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line);
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
