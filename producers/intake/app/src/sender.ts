// From Send to the receipt: seals, signs and stores an update, has it carried, and takes it back within the first seconds.
import { type Api, AwayError, type LiveEvent, RefusedError } from "./api";
import { Courier } from "./courier";
import { Outbox } from "./outbox";
import { seal } from "./seal";
import { isPerson, session } from "./session";
import { sha256Hex, type Signer } from "./sign";
import type { Entry, Store } from "./store";
import type { TabKey } from "./tabkey";
import { listed, type Update } from "./updates";
import { uuid7 } from "./uuid7";

export const UNDO_MS = 10_000;
const UNDO_TRIES_MS = 14_000; // the server allows five seconds more than the person sees
const UNDO_PAUSE_MS = 1_000;

export type Writer = { owner: string; name: string };
export type Written = { event: LiveEvent; text: string; item: string | null; phase: string; lang: string };
export type DraftMark = { place: string; version: number } | null;

export type SenderTold = {
  changed: () => void;
  received: (entry: Entry) => void;
  takenBack: (updateId: string, text: string | null) => void;
  notTakenBack: (updateId: string, code: "too-late" | "away") => void;
  reached: (yes: boolean) => void;
  signedOut: (owner: string) => void;
  revoked: (by: string | null) => void;
};

export class Sender {
  readonly outbox: Outbox;
  private readonly courier: Courier;
  private writer: Writer = { owner: "", name: "" };
  private sealing: Update[] = [];
  private line: Promise<unknown> = Promise.resolve();
  private readonly texts = new Map<string, string>();
  private readonly waits = new Map<string, { untilMs: number; tooFast: boolean }>();
  private readonly passes = new Map<string, string | null>(); // update id → its writer's token; null once the server no longer takes it
  private readonly pressedAt = new Map<string, number>(); // performance.now()

  constructor(
    store: Store,
    private readonly key: TabKey,
    private readonly signer: Signer,
    private readonly api: () => Api,
    private readonly told: SenderTold,
  ) {
    this.outbox = new Outbox(store, () => void this.read());
    this.courier = new Courier(
      this.outbox,
      {
        token: (entry) => this.token(entry),
        submit: (entry, token) => this.api().submit(entry, token),
        undo: (entry, token) => this.api().undo(entry.liveEventId, entry.updateId, token),
        signAnew: (entry) => this.signAnew(entry),
      },
      {
        ...told,
        signedOut: (entry) => this.signedOut(entry),
        refused: told.changed,
        waiting: (entry, untilMs, tooFast) => this.wait(entry, untilMs, tooFast),
        undone: (entry, done) => this.undone(entry.updateId, done),
      },
    );
  }

  // From now on for this person; the words of the one before are forgotten.
  async writes(writer: Writer): Promise<void> {
    if (writer.owner !== this.writer.owner) this.texts.clear();
    this.writer = writer;
    await this.outbox.refresh();
  }

  get updates(): Update[] {
    const { sealing, texts, waits } = this;
    return listed(this.outbox.entries(), this.outbox.received(), { owner: this.writer.owner, sealing, texts, waits });
  }

  flush(): void {
    void this.courier.flush();
  }

  flushAnew(): void {
    void this.courier.flushAnew();
  }

  // Resolves once it is on the disk, sealed and signed: from then on it goes by itself. What is handed over while another
  // one is being sealed keeps its place. Throws NotStoredError, or what sealing threw; then nothing was taken.
  async send(written: Written, draft: DraftMark): Promise<void> {
    const { event, text, item } = written;
    const [atMs, { owner, name }] = [Date.now(), this.writer];
    const id = uuid7(atMs, crypto.getRandomValues(new Uint8Array(16)));
    this.texts.set(id, text);
    this.pressedAt.set(id, performance.now());
    this.sealing = [{ id, liveEventId: event.id, atMs, text, item, by: null, local: { kind: "sealing" } }, ...this.sealing];
    this.told.changed();
    const stored = this.line.then(async () => {
      try {
        await this.outbox.add(await this.sealed(id, atMs, written, owner, name), draft);
      } catch (error) {
        this.texts.delete(id);
        throw error;
      } finally {
        this.sealing = this.sealing.filter((update) => update.id !== id);
        this.told.changed();
      }
    });
    this.line = stored.catch(() => undefined);
    await stored;
    this.flush();
  }

  private async sealed(id: string, atMs: number, written: Written, owner: string, by: string): Promise<Entry> {
    const { event, text, item, phase, lang } = written;
    const content = { text, lang, update_id: id, live_event_id: event.id, written_at: new Date(atMs).toISOString() };
    const token = isPerson(owner) ? session.tokenOf(owner) : null; // a role's is worth the same on every machine: not kept
    const [jwe, typed, pass] = await Promise.all([
      seal(event.sealing_key, content),
      this.key.seal(text, id),
      token === null ? null : this.key.seal(token, `${id}/pass`),
    ]);
    const body = JSON.stringify({ update_id: id, sealed: jwe, phase, ...(item === null ? {} : { run_sheet_item: item }) });
    const [sealedSha256, headers] = await Promise.all([sha256Hex(jwe), this.signed(event.id, id, body)]);
    const entry = { updateId: id, liveEventId: event.id, owner, by, body, sealedSha256, headers, item, writtenAtMs: atMs };
    return { ...entry, typed, pass, triedAtMs: null, undo: false, kept: null };
  }

  private signed(liveEventId: string, updateId: string, body: string): Promise<Record<string, string>> {
    return this.signer.sign({ method: "POST", path: `/api/v1/live-events/${encodeURIComponent(liveEventId)}/updates`, updateId, body });
  }

  private async signAnew(entry: Entry): Promise<void> {
    await this.outbox.release(entry.updateId, await this.signed(entry.liveEventId, entry.updateId, entry.body));
  }

  // What was written without a PIN, while the server was away, has no pass: it waits until the PIN was typed.
  private token({ owner, updateId }: Entry): string | null {
    return session.tokenOf(owner) ?? this.passes.get(updateId) ?? null;
  }

  private signedOut({ owner, updateId }: Entry): void {
    if (session.tokenOf(owner) === null) this.passes.set(updateId, null);
    this.told.signedOut(owner);
  }

  // ——— taking back ———

  // How long Undo is still offered, in ms.
  undoLeftMs(update: Update): number {
    const pressed = this.pressedAt.get(update.id);
    const may = pressed !== undefined && update.by === null && update.local.kind !== "undoing" && update.local.kind !== "kept";
    return may ? Math.max(0, pressed + UNDO_MS - performance.now()) : 0;
  }

  async undo(update: Update): Promise<void> {
    if (this.undoLeftMs(update) === 0) return;
    const pressed = this.pressedAt.get(update.id) ?? 0;
    this.pressedAt.delete(update.id);
    await this.line;
    const found = await this.outbox.undo(update.id);
    if (found === "removed") this.undone(update.id, true);
    else if (found === "asked") this.flush();
    else await this.undoReceived(update, pressed + UNDO_TRIES_MS);
  }

  private async undoReceived(update: Update, until: number): Promise<void> {
    const { owner } = this.writer;
    for (;;) {
      try {
        await this.api().undo(update.liveEventId, update.id, session.tokenOf(owner) ?? "");
        await this.outbox.remember({ update_id: update.id, state: "retracted" });
        return this.undone(update.id, true);
      } catch (error) {
        if (error instanceof RefusedError) return this.told.notTakenBack(update.id, "too-late");
        if (!(error instanceof AwayError) || performance.now() + UNDO_PAUSE_MS > until) return this.told.notTakenBack(update.id, "away");
      }
      await new Promise((resolve) => setTimeout(resolve, UNDO_PAUSE_MS));
    }
  }

  private undone(updateId: string, done: boolean): void {
    if (done) this.told.takenBack(updateId, this.texts.get(updateId) ?? null);
    else this.told.notTakenBack(updateId, "too-late");
  }

  // ——— what the server refused ———

  // Once more, signed anew: the reason may be gone by now.
  async tryAgain(updateId: string): Promise<void> {
    const entry = this.outbox.entries().find((one) => one.updateId === updateId);
    if (entry === undefined || entry.kept === null) return;
    await this.signAnew(entry);
    this.flush();
  }

  // By a person who has seen why.
  async dismiss(updateId: string): Promise<void> {
    await this.outbox.remove(updateId);
  }

  private wait(entry: Entry, untilMs: number, tooFast: boolean): void {
    this.waits.set(entry.updateId, { untilMs, tooFast });
    this.told.changed();
  }

  // After a reload or in a second tab: the words of own updates that wait here, and what lets those of others go.
  private async read(): Promise<void> {
    const { owner } = this.writer;
    let found = false;
    for (const entry of this.outbox.entries()) {
      const { updateId: id, typed, pass } = entry;
      if (entry.owner === owner && typed !== null && !this.texts.has(id)) {
        const text = await this.key.open(typed, id);
        if (text !== null && owner === this.writer.owner) this.texts.set(id, text);
      }
      if (pass !== null && !this.passes.has(id) && this.token(entry) === null) {
        this.passes.set(id, await this.key.open(pass, `${id}/pass`));
        found = true;
      }
    }
    this.told.changed();
    if (found) this.flush();
  }
}
