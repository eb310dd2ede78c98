// What is typed and not sent yet, sealed under the tablet's key after each change: a reload or a killed browser brings it
// back to the person who typed it. Each tab has its own; one that a closed tab left goes to the next tab of the same
// person and event that has none.
import type { Draft, Store, Transaction } from "./store";
import { Tab } from "./tab";
import type { TabKey } from "./tabkey";

// Between two writes while somebody types. The first is written at once, and so is the last when the page goes away;
// a page that is killed in between loses what was typed in this time.
const PAUSE_MS = 50;

export class DraftKeeper {
  private shelf: string | null = null; // of an event and a person
  private place: string | null = null; // this tab's on it
  private unwritten: { place: string; text: string; version: number } | null = null;
  private version = 0;
  private writing: Promise<void> | null = null;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private sentVersion = 0;
  private hurry = false;
  private held: Promise<unknown> = Promise.resolve();
  private readonly tab = new Tab();

  constructor(private readonly store: Store, private readonly key: TabKey, private readonly failed: (error: unknown) => void) {}

  // From now on for this event and person; what they left here, or null. Null as well when it was open already.
  async open(shelf: string): Promise<string | null> {
    if (this.shelf === shelf) return null;
    this.flush();
    this.shelf = shelf;
    this.place = null;
    const [tab] = await Promise.all([this.tab.id(), this.written()]);
    if (this.shelf !== shelf) return null;
    const place = `${shelf}/${tab}`;
    this.place = place;
    const kept = await this.store.get("draft", place);
    if (kept === undefined) return this.adopt(shelf, place);
    this.version = Math.max(this.version, kept.version);
    return this.key.open(kept.text, place);
  }

  close(): void {
    this.flush();
    this.shelf = null;
    this.place = null;
  }

  changed(text: string): void {
    if (this.place === null) return;
    this.unwritten = { place: this.place, text, version: ++this.version };
    if (this.resting === undefined) this.flush();
  }

  // The text was sent: its draft goes together with the outbox's write.
  sent(): { place: string; version: number } | null {
    this.unwritten = null;
    this.sentVersion = this.version;
    return this.place === null ? null : { place: this.place, version: this.version };
  }

  // Until the outbox has what was sent, nothing takes the place of its draft.
  hold(until: Promise<unknown>): void {
    this.held = until.catch(() => undefined);
  }

  // Now, because the page may go away.
  flush(): void {
    clearTimeout(this.resting);
    this.resting = undefined;
    this.hurry = this.writing !== null;
    if (this.writing !== null || this.unwritten === null) return;
    this.writing = this.write().finally(() => {
      this.writing = null;
      if (this.hurry) this.flush();
      else this.resting = setTimeout(() => this.flush(), PAUSE_MS);
    });
  }

  private async written(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  private async write(): Promise<void> {
    await this.held;
    if (this.unwritten === null) return;
    const { place, text, version } = this.unwritten;
    this.unwritten = null;
    try {
      const draft = text === "" ? null : await this.sealed(place, version, text);
      if (version <= this.sentVersion) return; // sent while it was being sealed: it must not come back
      await this.store.write(["draft"], (tx) => put(tx, place, draft), "relaxed");
    } catch (error) {
      this.failed(error);
    }
  }

  private async sealed(place: string, version: number, text: string): Promise<Draft> {
    return { place, version, atMs: Date.now(), text: await this.key.seal(text, place) };
  }

  // The latest that a closed tab left. An older one waits for the next tab with an empty box: two texts in one box would
  // be sent as one.
  private async adopt(shelf: string, place: string): Promise<string | null> {
    const [all, isOpen] = [await this.store.all("draft"), await Tab.openOnes()];
    const left = all.filter((draft) => isOn(shelf, draft.place) && draft.place !== place && !isOpen(tabOf(draft.place)));
    for (const draft of left.sort((a, b) => b.atMs - a.atMs)) {
      const text = await this.key.open(draft.text, draft.place);
      if (text !== null && (await this.move(draft, await this.sealed(place, ++this.version, text)))) return text;
    }
    return null;
  }

  // False when another tab took it first, or when something is typed here by now.
  private async move(from: Draft, to: Draft): Promise<boolean> {
    return this.store.write(["draft"], async (tx) => {
      const drafts = tx.objectStore("draft");
      const [still, own] = [await drafts.get(from.place), await drafts.get(to.place)];
      if (still?.version !== from.version || own !== undefined) return false;
      await drafts.delete(from.place);
      await drafts.put(to);
      return true;
    });
  }
}

function isOn(shelf: string, place: string): boolean {
  return place.slice(0, place.lastIndexOf("/")) === shelf;
}

function tabOf(place: string): string {
  return place.slice(place.lastIndexOf("/") + 1);
}

// Committed at once: a page that goes away in this moment would leave the transaction open, which is as good as not begun.
async function put(tx: Transaction, place: string, draft: Draft | null): Promise<void> {
  const shelf = tx.objectStore("draft");
  const asked = draft === null ? shelf.delete(place) : shelf.put(draft);
  tx.commit();
  await asked;
}
