// Bundles the reporter's page into dist/: two files whose names carry a hash of their content, the shell that names
// them, and the licences of what is inside. The same sources and lock file give the same bytes.
import { build } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const here = path.dirname(fileURLToPath(import.meta.url));
const top = path.resolve(here, "../../..");
const dist = path.join(here, "dist");

// Compressed, all of the page's own files: a tablet on hospital wifi has it within a second.
const FIRST_LOAD_MAX = 120_000;

const result = await build({
  absWorkingDir: top,
  entryPoints: ["producers/intake/app/src/main.ts", "producers/intake/app/src/app.css"],
  outdir: dist,
  entryNames: "[name]-[hash]",
  bundle: true,
  format: "esm",
  target: ["es2022", "safari16.4"],
  minify: true,
  charset: "utf8",
  legalComments: "none", // the licences go into third-party.txt, whole
  metafile: true,
  preserveSymlinks: true, // a linked node_modules gives the same names, so the same bytes
  write: false,
  logLevel: "warning",
});

const packages = new Set();
for (const input of Object.keys(result.metafile.inputs)) {
  const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found) packages.add(found[1]);
}

async function licence(name) {
  const folder = path.join(top, "node_modules", name);
  const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt"]) {
    const text = await readFile(path.join(folder, file), "utf8").catch(() => null);
    if (text !== null) return `${name} ${about.version} (${about.license})\n\n${text.trim()}\n`;
  }
  throw new Error(`${name} brings no licence text; the bundle must not ship without it`);
}

const names = result.outputFiles.map((file) => path.basename(file.path));
const script = names.find((name) => name.endsWith(".js"));
const style = names.find((name) => name.endsWith(".css"));
const shell = (await readFile(path.join(here, "shell.html"), "utf8"))
  .replace("<!-- script -->", script)
  .replace("<!-- style -->", style);
const licences = await Promise.all([...packages].sort().map(licence));

let total = 0;
for (const content of [shell, await readFile(path.join(top, "streams/web/static/scrubcast.css")), ...result.outputFiles.map((f) => f.contents)]) {
  total += gzipSync(content, { level: 9 }).length;
}
if (total > FIRST_LOAD_MAX) throw new Error(`the first load is ${total} bytes compressed, at most ${FIRST_LOAD_MAX} are allowed`);

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const file of result.outputFiles) await writeFile(path.join(dist, path.basename(file.path)), file.contents);
await writeFile(path.join(dist, "third-party.txt"), licences.join("\n----\n\n"));
await writeFile(path.join(dist, "index.html"), shell);
console.log(`reporter's page: ${script}, ${style}; first load ${(total / 1000).toFixed(1)} kB compressed`);
