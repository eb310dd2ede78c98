// What makes the page open without a server: the worker that keeps its files, and the browser's word that it keeps our
// storage.
const WORKER = "/sw.js";
const POLICY = "scrubcast"; // named in the Content-Security-Policy

type Policies = { createPolicy: (name: string, rules: { createScriptURL: (url: string) => string }) => { createScriptURL: (url: string) => string } };

// `changed` when the worker is in charge, `newer` when it has fetched a page newer than this one.
export async function keepPage(changed: (active: boolean) => void, newer: () => void): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined) return;
  let mine = serviceWorker.controller;
  serviceWorker.addEventListener("controllerchange", () => {
    if (mine !== null) newer();
    mine = serviceWorker.controller;
    changed(true);
  });
  try {
    await serviceWorker.register(trusted(WORKER), { scope: "/", type: "classic", updateViaCache: "none" });
    await serviceWorker.ready;
    changed(true);
  } catch {
    changed(false); // the page works without it, as long as the server is reached
  }
}

// Under trusted types only a policy may name a script; this one names ours.
function trusted(url: string): string {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  if (policies === undefined) return url;
  return policies.createPolicy(POLICY, { createScriptURL: (wanted) => (wanted === WORKER ? wanted : "") }).createScriptURL(url);
}

export async function isPersisted(): Promise<boolean | null> {
  return (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
}

// Chromium decides by how the page is used, Safari by whether it is installed; Firefox asks the person.
export async function askToPersist(): Promise<boolean | null> {
  return (await navigator.storage?.persist?.().catch(() => null)) ?? null;
}

// Opened from the home screen, not in a tab.
export function isInstalled(): boolean {
  const apple = (navigator as { standalone?: boolean }).standalone === true;
  return apple || ["standalone", "fullscreen", "minimal-ui"].some((mode) => matchMedia(`(display-mode: ${mode})`).matches);
}
