// Which tab this is: an id that outlives a reload, and that no other tab has while it is open. A tab that is duplicated
// takes the id along, so each holds a lock on its own for as long as it lives.
import { session } from "./session";
import { uuid7 } from "./uuid7";

const LOCK = "scrubcast-tab/";
const CHANNEL = "scrubcast-tab";
const ASLEEP_MS = 5_000; // an open tab that does not answer in this time sleeps, and keeps its id

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
  const channel = new BroadcastChannel(CHANNEL);
  const kept = session.tab();
  const id = kept !== null && (await hold(kept, channel)) ? kept : await fresh(channel);
  channel.onmessage = ({ data }) => data === `who ${id}` && channel.postMessage(`here ${id}`);
  return id;
}

async function fresh(channel: BroadcastChannel): Promise<string> {
  const id = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
  session.keepTab(id);
  await hold(id, channel);
  return id;
}

// True once this tab has the lock; it lets go of it only by ending. False when another open tab answers to the id: the
// page before a reload cannot, and only needs a moment to go.
function hold(id: string, channel: BroadcastChannel): Promise<boolean> {
  return new Promise((resolve) => {
    const waiting = new AbortController();
    const tired = setTimeout(() => waiting.abort(), ASLEEP_MS);
    channel.onmessage = ({ data }) => data === `here ${id}` && waiting.abort();
    channel.postMessage(`who ${id}`);
    const asked = navigator.locks.request(LOCK + id, { signal: waiting.signal }, () => {
      clearTimeout(tired);
      resolve(true);
      return new Promise(() => undefined);
    });
    asked.catch(() => resolve(false));
  });
}
