// The reporter's page without its looks: where it is, what is written, what waits, and what happens on each touch.
import { Api, AwayError, type Language, type LiveEvent, type Me, RefusedError, type ServerState, SignedOutError } from "./api";
import { type BlankName, fill, firstEmpty, type Piece, pieces, spoken } from "./blanks";
import { type Catalogue, catalogue, isLanguage, preferred } from "./catalogue/index";
import { codePoints, TEXT_MAX } from "./counts";
import { Courier } from "./courier";
import { MemoryOutbox, type Outbox } from "./outbox";
import { canSeal, seal } from "./seal";
import { session, tokenFromAddress } from "./session";
import { Stream } from "./stream";
import { clock } from "./times";
import { isUnsent, shownAs, type Update } from "./updates";
import { uuid7 } from "./uuid7";

export type Screen = "insecure" | "signin" | "loading" | "choose" | "none" | "writing";
export type Hint = "empty" | null;

const LOOK_AGAIN_MS = 15_000; // while no event is open

export class Tablet {
  screen: Screen = "loading";
  signInProblem: "failed" | "role" | "away" | null = null;
  language: Language = preferred(session.language(), navigator.languages);
  theme: "dark" | "light" = session.theme();
  updateLanguage: Language = "en";
  me: Me | null = null;
  events: LiveEvent[] = [];
  event: LiveEvent | null = null;
  phase = "";
  text = "";
  chosenPhrase: string | null = null;
  hint: Hint = null;
  picking: { phrase: Piece[]; source: string; blank: BlankName } | null = null;
  item = 0; // place on the run sheet
  updates: Update[] = []; // the newest first
  server = new Map<string, ServerState>();
  reached = false;
  awaySinceMs: number | null = null;
  announcement = "";

  private api: Api | null = null;
  private stream: Stream | null = null;
  private courier: Courier | null = null;
  private outbox: Outbox = new MemoryOutbox();
  private sealing: Promise<void> = Promise.resolve();
  private lookAgain: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly changed: () => void) {}

  get t(): Catalogue {
    return catalogue(this.language);
  }

  get unsent(): Update[] {
    return this.updates.filter(isUnsent);
  }

  get closedAt(): string {
    if (this.event === null) return "";
    return clock(Date.parse(this.event.closed_at ?? this.event.window.closes), this.event.timezone);
  }

  // ——— signing in ———

  async begin(): Promise<void> {
    const given = tokenFromAddress();
    if (given !== null) session.keepToken(given);
    if (!canSeal()) return this.go("insecure");
    const token = session.token();
    await (token === null ? this.go("signin") : this.signIn(token));
  }

  async signIn(token: string): Promise<void> {
    this.signInProblem = null;
    this.go("loading");
    const api = new Api(token, session.device());
    try {
      this.me = await api.me();
      session.keepToken(token);
      this.api = api;
      await this.findEvents();
    } catch (error) {
      this.signInProblem = error instanceof SignedOutError ? "failed" : error instanceof RefusedError ? "role" : "away";
      this.go("signin");
    }
    void this.courier?.flush();
  }

  retry(): Promise<void> | void {
    const token = session.token();
    return token === null ? this.go("signin") : this.signIn(token);
  }

  signOut(): void {
    if (this.unsent.length > 0) return;
    this.leaveEvent();
    session.forget();
    this.api = null;
    this.me = null;
    this.updates = [];
    this.text = "";
    this.go("signin");
  }

  private signedOut(): void {
    this.stream?.stop();
    this.signInProblem = "failed";
    this.go("signin"); // what is unsent stays where it is, and goes on after the next sign-in
  }

  // ——— the live event ———

  async findEvents(): Promise<void> {
    clearTimeout(this.lookAgain);
    if (this.api === null) return;
    const wanted = session.liveEvent();
    this.events = await this.api.liveEvents();
    let chosen = this.events.find((event) => event.id === wanted) ?? null;
    if (chosen === null && wanted !== null) chosen = await this.closedEvent(wanted);
    if (chosen === null && this.events.length === 1) chosen = this.events[0]!;
    if (chosen !== null) return this.enter(chosen);
    this.go(this.events.length === 0 ? "none" : "choose");
    if (this.events.length === 0) this.lookAgain = setTimeout(() => void this.lookOnceMore(), LOOK_AGAIN_MS);
  }

  private async lookOnceMore(): Promise<void> {
    try {
      await this.findEvents();
    } catch (error) {
      if (error instanceof SignedOutError) this.signedOut();
      else this.lookAgain = setTimeout(() => void this.lookOnceMore(), LOOK_AGAIN_MS);
    }
  }

  // The event this tab wrote for has closed meanwhile: its updates are still to be seen, unless another one is open.
  private async closedEvent(id: string): Promise<LiveEvent | null> {
    if (this.events.length > 0) return null;
    try {
      return await this.api!.liveEvent(id);
    } catch (error) {
      if (error instanceof AwayError || error instanceof SignedOutError) throw error;
      return null;
    }
  }

  enter(event: LiveEvent): void {
    const again = this.event?.id === event.id;
    this.leaveEvent();
    this.event = event;
    session.keepLiveEvent(event.id);
    const kept = session.phase(event.id);
    this.phase = kept !== null && event.phases.includes(kept) ? kept : event.phases[0]!;
    this.updateLanguage = again || !event.languages.includes(this.language) ? this.updateLanguage : this.language;
    if (!event.languages.includes(this.updateLanguage)) this.updateLanguage = event.languages[0] ?? "en";
    if (!again) this.recallOwn(event.id);
    this.courier = new Courier(this.outbox, (entry) => this.api!.submit(entry.liveEventId, entry.body), {
      received: (entry) => this.received(entry.updateId),
      refused: (entry, code) => this.mark(entry.updateId, { kind: "kept", code }),
      waiting: (entry, untilMs, tooFast) => this.mark(entry.updateId, { kind: "waiting", untilMs, tooFast }),
      reached: (yes) => this.heard(yes),
      signedOut: () => this.signedOut(),
    });
    this.stream = new Stream(this.api!, event.id, {
      state: (state) => this.told(state),
      liveEvent: (about) => this.eventIs(about),
      reached: (yes) => this.heard(yes),
      signedOut: () => this.signedOut(),
    });
    this.stream.start();
    this.go("writing");
  }

  private leaveEvent(): void {
    this.stream?.stop();
    this.courier?.stop();
    this.stream = null;
    this.courier = null;
  }

  private recallOwn(liveEventId: string): void {
    this.updates = session
      .own(liveEventId)
      .map((own): Update => ({ id: own.id, atMs: own.at, text: null, item: null, local: { kind: "received" } }))
      .reverse();
    this.server.clear();
  }

  private eventIs(about: { state: "open" | "closed"; closed_at: string | null }): void {
    if (this.event === null) return;
    this.event = { ...this.event, ...about };
    this.changed();
  }

  // ——— writing ———

  write(text: string): void {
    this.text = text;
    this.chosenPhrase = null;
    this.hint = null;
    this.changed();
  }

  choosePhase(phase: string): void {
    this.phase = phase;
    if (this.event !== null) session.keepPhase(this.event.id, phase);
    this.changed();
  }

  tapPhrase(source: string): void {
    this.continuePhrase(source, pieces(source));
  }

  pick(value: string): void {
    if (this.picking === null) return;
    const { phrase, source, blank } = this.picking;
    this.picking = null;
    this.continuePhrase(source, fill(phrase, blank, value));
  }

  stopPicking(): void {
    this.picking = null;
    this.changed();
  }

  // Asks for the next blank, or puts the whole phrase into the text: in place of another phrase, after own words.
  private continuePhrase(source: string, phrase: Piece[]): void {
    const blank = firstEmpty(phrase);
    if (blank !== null) {
      this.picking = { phrase, source, blank };
    } else {
      const said = spoken(phrase, this.time());
      const own = this.chosenPhrase === null ? this.text.trimEnd() : "";
      this.text = own === "" ? said : `${own} ${said}`;
      this.chosenPhrase = own === "" ? source : null;
      this.hint = null;
    }
    this.changed();
  }

  time(): string {
    return clock(Date.now(), this.event?.timezone ?? "UTC");
  }

  send(): void {
    const text = this.text.trim();
    if (text === "") {
      this.hint = "empty";
      this.changed();
      return;
    }
    if (codePoints(text) > TEXT_MAX) return; // the hint under the text says so
    this.text = "";
    this.chosenPhrase = null;
    this.take(text, null);
  }

  sendItem(): void {
    const item = this.event?.run_sheet[this.item];
    if (item === undefined) return;
    this.take(item.text, item.id);
    this.moveItem(1);
  }

  moveItem(by: number): void {
    const last = (this.event?.run_sheet.length ?? 1) - 1;
    this.item = Math.max(0, Math.min(last, this.item + by));
    this.changed();
  }

  isItemSent(id: string): boolean {
    return this.updates.some((update) => update.item === id) || [...this.server.values()].some((state) => state.run_sheet_item === id);
  }

  edit(update: Update): void {
    if (update.text === null) return;
    this.write(update.text);
  }

  private take(text: string, item: string | null): void {
    if (this.event === null) return;
    const { id: liveEventId, sealing_key: key } = this.event;
    const atMs = Date.now();
    const id = uuid7(atMs, crypto.getRandomValues(new Uint8Array(16)));
    const [phase, lang] = [this.phase, this.updateLanguage];
    this.updates = [{ id, atMs, text, item, local: { kind: "sealing" } }, ...this.updates];
    this.changed();
    // One after another: the outbox keeps the order in which Send was pressed.
    this.sealing = this.sealing.then(async () => {
      try {
        const written = { text, lang, update_id: id, live_event_id: liveEventId, written_at: new Date(atMs).toISOString() };
        const sealed = await seal(key, written);
        const body = JSON.stringify({ update_id: id, sealed, phase, ...(item === null ? {} : { run_sheet_item: item }) });
        await this.outbox.add({ updateId: id, liveEventId, body, writtenAtMs: atMs });
        this.mark(id, { kind: "waiting", untilMs: 0, tooFast: false });
        void this.courier?.flush();
      } catch {
        this.mark(id, { kind: "kept", code: "not-sealed" });
      }
    });
  }

  flush(): void {
    void this.courier?.flush();
  }

  // ——— what became of it ———

  private mark(id: string, local: Update["local"]): void {
    const found = this.updates.find((update) => update.id === id);
    if (found === undefined) return;
    found.local = local;
    this.changed();
  }

  private received(id: string): void {
    const found = this.updates.find((update) => update.id === id);
    if (found !== undefined && this.event !== null) session.keepOwn(this.event.id, { id, at: found.atMs });
    this.mark(id, { kind: "received" });
    this.announce(id);
  }

  private told(state: ServerState): void {
    this.server.set(state.update_id, state);
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

  private heard(yes: boolean): void {
    if (yes !== this.reached || (!yes && this.awaySinceMs === null)) {
      this.reached = yes;
      this.awaySinceMs = yes ? null : Date.now();
      this.changed();
    }
    if (yes && this.unsent.length > 0 && this.outbox.entries().length > 0) this.flush();
  }

  // ——— settings ———

  chooseLanguage(language: string): void {
    if (!isLanguage(language)) return;
    this.language = language;
    session.keepLanguage(language);
    this.changed();
  }

  chooseUpdateLanguage(language: string): void {
    if (isLanguage(language)) this.updateLanguage = language;
    this.changed();
  }

  chooseTheme(theme: "dark" | "light"): void {
    this.theme = theme;
    session.keepTheme(theme);
    this.changed();
  }

  private go(screen: Screen): void {
    this.screen = screen;
    this.changed();
  }
}
