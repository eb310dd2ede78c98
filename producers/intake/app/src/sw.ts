// The page's own worker: keeps the files of one version, so that the page opens without the server. Never what the
// server tells: /api is not looked at.
/// <reference lib="webworker" />

// Given by the build: the files of this version, and a word that changes with any of them.
declare const FILES: readonly string[];
declare const VERSION: string;

type Worker = ServiceWorkerGlobalScope;
const worker = globalThis as unknown as Worker;

const PREFIX = "scrubcast-page-";
const CACHE = `${PREFIX}${VERSION}`;
const SHELL = "/";

// All or nothing: a version that is not complete never takes over. `reload` passes by the browser's own cache, where a
// file of the version before may lie under a name without a hash.
async function fetchAll(): Promise<void> {
  const answers = await Promise.all(
    FILES.map(async (path) => {
      const answer = await fetch(path, { cache: "reload", credentials: "omit", redirect: "error" });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return [path, answer] as const;
    }),
  );
  const cache = await caches.open(CACHE);
  await Promise.all(answers.map(([path, answer]) => cache.put(path, answer)));
}

async function dropOthers(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
}

// An open page has its one script already, so the newer worker may take over at once; the next load is the new page.
worker.addEventListener("install", (event) => event.waitUntil(fetchAll().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => worker.clients.claim())));

worker.addEventListener("fetch", (event) => {
  const path = wanted(event.request);
  if (path !== null) event.respondWith(kept(path, event.request));
});

// The kept file that answers this request, if it is one of ours.
function wanted(request: Request): string | null {
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return null;
  if (url.pathname === SHELL) return SHELL;
  return FILES.includes(url.pathname) ? url.pathname : null;
}

// From what is kept; from the server where the browser cleared it away.
async function kept(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(path)) ?? fetch(request);
}

export {};
