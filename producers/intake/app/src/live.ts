// The live event: which one, its stream, and what became of each update; and what the page does when it is looked at
// again, or left.
import { AwayError, type EventNews, type LiveEvent, type ServerState, SignedOutError } from "./api";
import { askToPersist } from "./offline";
import { session } from "./session";
import { LOOK_AGAIN_MS } from "./state";
import type { Entry } from "./store";
import { Stream } from "./stream";
import { clock } from "./times";
import { isUnsent, shownAs } from "./updates";
import { Writing } from "./writing";

export abstract class Live extends Writing {
  private stream: Stream | null = null;
  private lookAgain: ReturnType<typeof setTimeout> | undefined;

  async findEvents(): Promise<void> {
    clearTimeout(this.lookAgain);
    const wanted = session.liveEvent();
    this.events = await this.api.liveEvents();
    this.heard(true);
    let chosen = this.events.find((event) => event.id === wanted) ?? null;
    if (chosen === null && wanted !== null) chosen = await this.closedEvent(wanted);
    if (chosen === null && this.events.length === 1) chosen = this.events[0]!;
    void this.store.put("cache", "events", chosen === null || this.events.includes(chosen) ? this.events : [chosen]).catch((error: unknown) => this.notStored(error));
    if (chosen !== null) return this.enter(chosen);
    this.go(this.events.length === 0 ? "none" : "choose");
    if (this.events.length === 0) this.lookAgain = setTimeout(() => void this.lookOnceMore(), LOOK_AGAIN_MS);
  }

  // As last fetched: the one this tab wrote for, or the only one.
  protected async cachedEvent(): Promise<LiveEvent | null> {
    const kept = ((await this.store.get("cache", "events").catch(() => undefined)) ?? []) as LiveEvent[];
    const wanted = session.liveEvent();
    return kept.find((event) => event.id === wanted) ?? (kept.length === 1 ? kept[0]! : null);
  }

  private async lookOnceMore(): Promise<void> {
    try {
      await this.findEvents();
    } catch (error) {
      if (error instanceof SignedOutError) this.signedOut(this.owner);
      else this.lookAgain = setTimeout(() => void this.lookOnceMore(), LOOK_AGAIN_MS);
    }
  }

  // The event this tab wrote for has closed meanwhile: its updates are still to be seen, unless another one is open.
  private async closedEvent(id: string): Promise<LiveEvent | null> {
    if (this.events.length > 0) return null;
    try {
      return await this.api.liveEvent(id);
    } catch (error) {
      if (error instanceof AwayError || error instanceof SignedOutError) throw error;
      return null;
    }
  }

  async enter(event: LiveEvent): Promise<void> {
    const again = this.event?.id === event.id && this.screen === "writing";
    this.event = event;
    session.keepLiveEvent(event.id);
    if (!event.languages.includes(this.updateLanguage) || !again) this.updateLanguage = event.languages.includes(this.language) ? this.language : (event.languages[0] ?? "en");
    if (again && this.stream !== null) return this.changed(); // the same event with newer data; its stream runs
    [this.item, this.filled, this.picking] = [0, null, null];
    this.stream?.stop();
    this.server.clear();
    this.relist();
    const kept = session.phase(event.id);
    this.phase = kept !== null && event.phases.includes(kept) ? kept : event.phases[0]!;
    if (!this.waitsForPin) this.listen(event);
    this.go("writing");
    if (this.persisted !== true) void this.askPersistence();
    await this.recallDraft(event.id);
  }

  private listen(event: LiveEvent): void {
    const { owner } = this;
    this.stream = new Stream(this.api, event.id, {
      state: (state) => this.told(state),
      liveEvent: (about) => this.eventIs(about),
      reached: (yes) => this.streamReached(yes),
      signedOut: () => this.signedOut(owner),
      revoked: (by) => this.revoked(by),
    });
    this.stream.start();
  }

  async askPersistence(): Promise<void> {
    this.persisted = (await askToPersist()) ?? this.persisted;
    this.changed();
  }

  protected stopListening(): void {
    this.stream?.stop();
  }

  protected leaveEvent(): void {
    this.drafts.close();
    this.stream?.stop();
    this.stream = null;
  }

  private eventIs(about: EventNews): void {
    if (this.event === null) return;
    this.event = { ...this.event, ...about };
    this.changed();
  }

  // ——— awake and away ———

  // The page is looked at again, or the network is back: no pause that an outage made long is waited for.
  look(): void {
    void this.sender.outbox.refresh().catch((error: unknown) => this.notStored(error));
    this.sender.flushAnew();
    this.stream?.hurry();
  }

  // The page may be gone in a moment.
  leaving(): void {
    this.drafts.flush();
  }

  // ——— what became of it ———

  protected relist(): void {
    const here = this.event?.id;
    const updates = this.sender.updates;
    this.updates = updates.filter((update) => update.liveEventId === here);
    this.elsewhere = updates.filter((update) => update.liveEventId !== here && isUnsent(update));
    for (const own of this.sender.outbox.received()) {
      if (own.state !== null && own.liveEventId === here && !this.server.has(own.updateId)) this.server.set(own.updateId, own.state);
    }
    this.weighOutage();
    this.changed();
  }

  protected weighOutage(): void {
    const away = !this.reached && this.awaySinceMs !== null;
    if (!away && !this.outage.lasts) return;
    const waiting = this.unsent.map(({ id }) => id);
    if (away) this.outage.goesOn(performance.now(), waiting);
    else this.outage.isOver(performance.now(), waiting, this.sender.outbox.received().map(({ updateId }) => updateId));
  }

  // On a tablet that was switched off: how many updates wait for the director, here or there.
  get heldBack(): number {
    const { tabletId } = this.signer;
    const there = this.sender.outbox.received().filter(({ heldFor }) => tabletId !== null && heldFor === tabletId);
    return there.length + this.sender.outbox.entries().filter(({ undo }) => !undo).length;
  }

  protected received({ updateId }: Entry): void {
    this.announce(updateId);
    this.changed();
  }

  private told(state: ServerState): void {
    this.server.set(state.update_id, state);
    void this.sender.outbox.remember(state).catch((error: unknown) => this.notStored(error));
    this.announce(state.update_id);
    this.changed();
  }

  // For those who hear the page: the time of an own update and its new word, never its text.
  private announce(id: string): void {
    const update = this.updates.find((own) => own.id === id);
    if (update === undefined || update.local.kind !== "received" || this.event === null) return;
    const timezone = this.event.timezone;
    const around = { t: this.t, nowMs: Date.now(), closedAt: this.closedAt, timezone, awaySinceMs: null };
    this.announcement = `${clock(update.atMs, timezone)} ${shownAs(update, this.server.get(id), around).words}`;
  }

  // Whoever found the server again, the stream need not wait for its own next try.
  protected override heard(yes: boolean): void {
    const isBack = yes && !this.reached;
    super.heard(yes);
    if (isBack) this.stream?.hurry();
  }

  private streamReached(yes: boolean): void {
    this.heard(yes);
    if (yes) this.sender.flush();
  }
}
