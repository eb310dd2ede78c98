// Which tab this is: an id that outlives a reload, and that no other tab has while it is open. A tab that is duplicated
// takes the id along, so each holds a lock on its own for as long as it lives.
import { session } from "./session";
import { uuid7 } from "./uuid7";

const LOCK = "scrubcast-tab/";
const RELOAD_MS = 1_000; // the page before this one may need a moment to go

export class Tab {
  private found: Promise<string> | null = null;

  id(): Promise<string> {
    this.found ??= claimed();
    return this.found;
  }

  // Whether a tab with this id is open, in this browser. Where the browser does not say, all of them are.
  static async openOnes(): Promise<(id: string) => boolean> {
    try {
      const { held = [] } = await navigator.locks.query();
      const names = new Set(held.map(({ name }) => name));
      return (id) => names.has(LOCK + id);
    } catch {
      return () => true;
    }
  }
}

async function claimed(): Promise<string> {
  const kept = session.tab();
  if (kept !== null && (await hold(kept))) return kept;
  const fresh = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  session.keepTab(fresh);
  await hold(fresh);
  return fresh;
}

// True once this tab has the lock; it lets go of it only by ending.
function hold(id: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = navigator.locks.request(LOCK + id, { signal: AbortSignal.timeout(RELOAD_MS) }, () => {
      resolve(true);
      return new Promise(() => undefined);
    });
    asked.catch(() => resolve(false));
  });
}
