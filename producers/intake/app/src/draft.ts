// What is typed and not sent yet, sealed under the tablet's key after each change: a reload or a killed browser brings it
// back to the person who typed it.
import type { Draft, Store, Transaction } from "./store";
import type { TabKey } from "./tabkey";

// Between two writes while somebody types. The first is written at once, and so is the last when the page goes away;
// a page that is killed in between loses what was typed in this time.
const PAUSE_MS = 50;

export class DraftKeeper {
  private place: string | null = null;
  private unwritten: { place: string; text: string; version: number } | null = null;
  private version = 0;
  private writing: Promise<void> | null = null;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private sentVersion = 0;
  private hurry = false;
  private held: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: Store, private readonly key: TabKey, private readonly failed: (error: unknown) => void) {}

  // From now on for this event and person; what they left here, or null.
  async open(place: string): Promise<string | null> {
    this.flush();
    while (this.writing !== null) await this.writing;
    this.place = place;
    const kept = await this.store.get("draft", place);
    if (this.place !== place || kept === undefined) return null;
    this.version = Math.max(this.version, kept.version);
    return this.key.open(kept.text, place);
  }

  close(): void {
    this.flush();
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

  private async write(): Promise<void> {
    await this.held;
    if (this.unwritten === null) return;
    const { place, text, version } = this.unwritten;
    this.unwritten = null;
    try {
      const sealed = text === "" ? null : await this.key.seal(text, place);
      if (version <= this.sentVersion) return; // sent while it was being sealed: it must not come back
      await this.store.write(["draft"], (tx) => put(tx, place, sealed === null ? null : { place, version, text: sealed }), "relaxed");
    } catch (error) {
      this.failed(error);
    }
  }
}

// Committed at once: a page that goes away in this moment would leave the transaction open, which is as good as not begun.
async function put(tx: Transaction, place: string, draft: Draft | null): Promise<void> {
  const shelf = tx.objectStore("draft");
  const asked = draft === null ? shelf.delete(place) : shelf.put(draft);
  tx.commit();
  await asked;
}
