// Where sealed updates wait for their receipt: on the disk, in the order of Send, the same for all tabs of this browser.
import type { ServerState } from "./api";
import { type Entry, NotStoredError, type Own, type Store, type Transaction } from "./store";

export type { Entry, Own };

const CHANNEL = "scrubcast";
const OWN_MAX = 1_000; // received updates whose states are found again after a reload: three long days

export class Outbox {
  private waiting: readonly Entry[] = [];
  private receipts: readonly Own[] = [];
  private readonly done = new Set<string>(); // by receipt, where a full disk would not let go of them
  private readonly channel = new BroadcastChannel(CHANNEL);
  private reading: Promise<void> | null = null;
  private stale = false;

  constructor(private readonly store: Store, private readonly changed: () => void) {
    this.channel.onmessage = () => void this.refresh().catch(() => undefined);
  }

  // All of them, the oldest first: those that wait and those that were refused.
  entries(): readonly Entry[] {
    return this.waiting;
  }

  // Those that have their receipt.
  received(): readonly Own[] {
    return this.receipts;
  }

  // Reads what the disk has; asked again meanwhile, it reads once more.
  async refresh(): Promise<void> {
    this.stale = true;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    await this.reading;
  }

  private async read(): Promise<void> {
    while (this.stale) {
      this.stale = false;
      const [entries, own] = [await this.store.all("outbox"), await this.store.all("own")];
      this.waiting = entries.filter((entry) => !this.done.has(entry.updateId));
      this.receipts = own;
    }
    this.changed();
  }

  // What this tab changed is known without reading all of it again: eight hours offline are hundreds of entries.
  private show(updateId: string, entry: Entry | null, own: Own | null = null): void {
    const others = this.waiting.filter((one) => one.updateId !== updateId);
    const found = entry === null ? others : [...others, entry];
    this.waiting = found.sort((a, b) => (a.order ?? 0) - (b.order ?? 0));
    if (own !== null) this.receipts = [...this.receipts.filter((one) => one.updateId !== updateId), own];
    this.stale = true; // a reading that is underway began before
    this.changed();
    this.channel.postMessage("changed");
  }

  // Resolves once the entry is on the disk. Its draft goes in the same step, if nothing was typed since: a browser killed
  // at any moment shows the text once, never twice and never not at all. Throws NotStoredError.
  async add(entry: Entry, draft: { place: string; version: number } | null): Promise<void> {
    const order = await this.store.write(["outbox", "draft"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      const order = (await outbox.index("updateId").getKey(entry.updateId)) ?? (await outbox.add(entry));
      const kept = draft === null ? undefined : await tx.objectStore("draft").get(draft.place);
      if (kept !== undefined && kept.version <= draft!.version) await tx.objectStore("draft").delete(draft!.place);
      return order;
    });
    this.show(entry.updateId, { ...entry, order });
  }

  // Says that it is about to go: from here on only the server knows whether it went. Null when it is gone meanwhile.
  async claim(updateId: string, nowMs: number): Promise<Entry | null> {
    return this.change(updateId, (entry) => ({ ...entry, triedAtMs: entry.triedAtMs ?? nowMs }), "relaxed");
  }

  // By receipt: out of the outbox and into the list of own updates, in one step.
  async receive(entry: Entry, state: Own["state"] = null, held = false): Promise<void> {
    const { updateId, liveEventId, owner, item, writtenAtMs: atMs, order = 0 } = entry;
    this.done.add(updateId);
    const heldFor = held ? (entry.headers["Scrubcast-Device"] ?? null) : null;
    const own: Own = { updateId, liveEventId, owner, item, atMs, order, state, heldFor };
    try {
      await this.store.write(["outbox", "own"], async (tx) => {
        await remove(tx, updateId);
        await tx.objectStore("own").put(own);
        await trim(tx);
      });
    } catch (error) {
      if (!(error instanceof NotStoredError)) throw error;
      await this.remove(updateId).catch(() => undefined); // a full disk: at least make room
    }
    this.show(updateId, null, own);
  }

  // The server refused it for good. It stays until a person has looked.
  async keep(updateId: string, code: string): Promise<void> {
    await this.change(updateId, (entry) => ({ ...entry, kept: code, undo: false }));
  }

  // Back into the line, as it is or signed anew.
  async release(updateId: string, headers: Readonly<Record<string, string>>): Promise<void> {
    await this.change(updateId, (entry) => ({ ...entry, kept: null, headers }));
  }

  // Undone here when it was never tried; otherwise it says so to the server first. Null when it has its receipt already.
  async undo(updateId: string): Promise<"removed" | "asked" | null> {
    const found = await this.store.write(["outbox"], async (tx) => {
      const outbox = tx.objectStore("outbox");
      const entry = await outbox.index("updateId").get(updateId);
      if (entry === undefined || this.done.has(updateId)) return undefined;
      const unheard = entry.triedAtMs === null || entry.kept !== null;
      if (unheard) await outbox.delete(entry.order!);
      else await outbox.put({ ...entry, undo: true });
      return unheard ? null : { ...entry, undo: true };
    });
    if (found === undefined) return null;
    this.show(updateId, found);
    return found === null ? "removed" : "asked";
  }

  // By a person, or because the server said that it never had it.
  async remove(updateId: string): Promise<void> {
    await this.store.write(["outbox"], (tx) => remove(tx, updateId));
    this.show(updateId, null);
  }

  // What became of a received one, without the words that people wrote to it.
  async remember(state: ServerState): Promise<void> {
    const { note: _note, by: _by, ...plain } = state;
    const known = this.receipts.find((own) => own.updateId === state.update_id);
    if (known === undefined || JSON.stringify(known.state) === JSON.stringify(plain)) return;
    const own = { ...known, state: plain };
    await this.store.write(["own"], (tx) => tx.objectStore("own").put(own), "relaxed");
    this.receipts = this.receipts.map((one) => (one.updateId === own.updateId ? own : one));
    this.changed();
  }

  close(): void {
    this.channel.close();
  }

  private async change(updateId: string, how: (entry: Entry) => Entry, durability: IDBTransactionDurability = "strict"): Promise<Entry | null> {
    const work = async (tx: Transaction): Promise<Entry | null> => {
      const entry = await tx.objectStore("outbox").index("updateId").get(updateId);
      if (entry === undefined) return null;
      await tx.objectStore("outbox").put(how(entry));
      return how(entry);
    };
    const changed = await this.store.write(["outbox"], work, durability);
    this.show(updateId, changed);
    return changed;
  }
}

async function remove(tx: Transaction, updateId: string): Promise<void> {
  const outbox = tx.objectStore("outbox");
  const order = await outbox.index("updateId").getKey(updateId);
  if (order !== undefined) await outbox.delete(order);
}

async function trim(tx: Transaction): Promise<void> {
  const own = tx.objectStore("own");
  if ((await own.count()) <= OWN_MAX) return;
  const oldest = (await own.getAll()).sort((a, b) => a.order - b.order)[0];
  if (oldest !== undefined) await own.delete(oldest.updateId);
}
