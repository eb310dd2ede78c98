// Bundles the reporter's page into dist/: two files whose names carry a hash of their content, the shell that names them,
// the worker that keeps them, manifest and icons, and the licences of what is inside. The same sources and lock file give
// the same bytes.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { png, svg } from "./icons.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const top = path.resolve(here, "../../..");
const dist = path.join(here, "dist");

// Compressed, all of the page's own files: a tablet on hospital wifi has it within a second.
const FIRST_LOAD_MAX = 120_000;

const common = {
  absWorkingDir: top,
  outdir: dist,
  bundle: true,
  target: ["es2022", "safari16.4"],
  minify: true,
  charset: "utf8",
  legalComments: "none", // the licences go into third-party.txt, whole
  metafile: true,
  preserveSymlinks: true, // a linked node_modules gives the same names, so the same bytes
  write: false,
  logLevel: "warning",
};

const page = await build({
  ...common,
  entryPoints: ["producers/intake/app/src/main.ts", "producers/intake/app/src/app.css"],
  entryNames: "[name]-[hash]",
  format: "esm",
});

async function licence(name) {
  const folder = path.join(top, "node_modules", name);
  const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  for (const file of ["LICENSE", "LICENSE.md", "LICENSE.txt"]) {
    const text = await readFile(path.join(folder, file), "utf8").catch(() => null);
    if (text !== null) return `${name} ${about.version} (${about.license})\n\n${text.trim()}\n`;
  }
  throw new Error(`${name} brings no licence text; the bundle must not ship without it`);
}

function packages(metafile) {
  const found = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (name) found.add(name[1]);
  }
  return [...found].sort();
}

// What the page loads, by the path it is served under; "/" is the shell.
const bundled = page.outputFiles.map((file) => [path.basename(file.path), Buffer.from(file.contents)]);
const script = bundled.find(([name]) => name.endsWith(".js"))[0];
const style = bundled.find(([name]) => name.endsWith(".css"))[0];
const shell = (await readFile(path.join(here, "shell.html"), "utf8")).replace("<!-- script -->", script).replace("<!-- style -->", style);
const icons = [
  ["icon.svg", Buffer.from(svg())],
  ["icon-180.png", png(180)],
  ["icon-192.png", png(192)],
  ["icon-512.png", png(512)],
  ["icon-512-maskable.png", png(512, { maskable: true })],
];
const manifest = Buffer.from(JSON.stringify(JSON.parse(await readFile(path.join(here, "manifest.json"), "utf8"))));
const precached = [
  ["/", Buffer.from(shell)],
  ["/static/scrubcast.css", await readFile(path.join(top, "streams/web/static/scrubcast.css"))],
  ["/app.webmanifest", manifest],
  ...[...bundled, icons[0]].map(([name, content]) => [`/app/${name}`, content]),
];

// The worker's version is one over all that it keeps; the server adds the shell's own, whose icons it puts in.
const version = createHash("sha256");
for (const [served, content] of precached) version.update(`${served}\n${content.length}\n`).update(content);
const worker = await build({
  ...common,
  entryPoints: ["producers/intake/app/src/sw.ts"],
  entryNames: "[name]",
  format: "iife",
  define: { FILES: JSON.stringify(precached.map(([served]) => served)), VERSION: JSON.stringify(version.digest("hex").slice(0, 16)) },
});
const sw = Buffer.from(worker.outputFiles[0].contents);

let total = 0;
for (const [, content] of [...precached, ["/sw.js", sw]]) total += gzipSync(content, { level: 9 }).length;
if (total > FIRST_LOAD_MAX) throw new Error(`the first load is ${total} bytes compressed, at most ${FIRST_LOAD_MAX} are allowed`);

const licences = await Promise.all(packages(page.metafile).map(licence));
const files = [...bundled, ...icons, ["sw.js", sw], ["app.webmanifest", manifest], ["third-party.txt", licences.join("\n----\n\n")], ["index.html", shell]];
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
for (const [name, content] of files) await writeFile(path.join(dist, name), content);
console.log(`reporter's page: ${script}, ${style}; first load ${(total / 1000).toFixed(1)} kB compressed`);
