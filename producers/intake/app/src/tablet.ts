// The reporter's page without its looks: where it is, what is written, what waits, and what happens on each touch.
import { Api, AwayError, type Language, type LiveEvent, type Me, RefusedError, RevokedError, type ServerState, SignedOutError } from "./api";
import { type BlankName, fill, firstEmpty, type Piece, pieces, spoken } from "./blanks";
import { type Catalogue, catalogue, isLanguage, preferred } from "./catalogue/index";
import { codePoints, TEXT_MAX } from "./counts";
import { DraftKeeper } from "./draft";
import { askToPersist, isInstalled, isPersisted, keepPage } from "./offline";
import { type Readiness, readinessOf, type StorageState } from "./readiness";
import { canSeal } from "./seal";
import { Sender } from "./sender";
import { fromAddress, session, type SignedIn } from "./session";
import { Signer } from "./sign";
import { NotStoredError, type Person, Store } from "./store";
import { Stream } from "./stream";
import { TabKey } from "./tabkey";
import { clock } from "./times";
import { isUnsent, shownAs, type Update } from "./updates";

export type Screen = "insecure" | "signin" | "loading" | "choose" | "none" | "writing" | "enrol" | "people" | "revoked";
export type EnrolmentProblem = "bad-code" | "name-taken" | "bad-name" | "away" | "too-fast" | "not-kept";
export type Hint = "empty" | "full" | "not-kept" | null; // the last two: it could not be stored, so it stays in the box

const LOOK_AGAIN_MS = 15_000; // while no event is open, or while the last user writes without a session

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
  updates: Update[] = []; // of this event, the newest first
  elsewhere: Update[] = []; // of other events, still waiting on this tablet
  server = new Map<string, ServerState>();
  reached = false;
  awaySinceMs: number | null = null;
  announcement = "";

  undoProblem: { id: string; code: "too-late" | "away" } | null = null;
  enrolment: { problem: EnrolmentProblem | null; busy: boolean } = { problem: null, busy: false };
  people: Person[] = [];
  lastPerson: string | null = null;
  personId: string | null = null;
  personProblem: "wrong-pin" | "unknown-person" | "locked" | "away" | null = null;
  personRetryAtMs: number | null = null;
  waitsForPin = false; // somebody writes whose session ended, or who opened the page while the server was away
  newVersion = false; // the worker has a newer page: it comes with the next load

  private readonly store = new Store();
  private readonly signer = new Signer(this.store);
  private readonly key = new TabKey(this.store);
  private readonly sender: Sender;
  private readonly drafts: DraftKeeper;
  private api: Api;
  private owner = "";
  private stream: Stream | null = null;
  private lookAgain: ReturnType<typeof setTimeout> | undefined;
  private enrolCode: string | null = null;
  private storage: StorageState = "ok";
  private offlineReady = false;
  private persisted: boolean | null = null;
  private clockSkewMs: number | null = null;
  private sending = false;

  constructor(private readonly changed: () => void) {
    this.api = this.apiOf(null);
    this.drafts = new DraftKeeper(this.store, this.key, (error) => this.notStored(error));
    this.sender = new Sender(this.store, this.key, this.signer, () => this.api, {
      changed: () => this.relist(),
      received: (entry) => this.received(entry.updateId),
      takenBack: (id, text) => this.takenBack(id, text),
      notTakenBack: (id, code) => this.say(() => (this.undoProblem = { id, code })),
      reached: (yes) => this.heard(yes),
      signedOut: (owner) => this.signedOut(owner),
      revoked: () => this.revoked(),
    });
  }

  private apiOf(token: string | null): Api {
    return new Api(token, session.device(), this.signer, { skew: (ms) => this.skew(ms) });
  }

  get t(): Catalogue {
    return catalogue(this.language);
  }

  get unsent(): Update[] {
    return [...this.updates, ...this.elsewhere].filter(isUnsent).sort((a, b) => b.atMs - a.atMs);
  }

  get closedAt(): string {
    if (this.event === null) return "";
    return clock(Date.parse(this.event.closed_at ?? this.event.window.closes), this.event.timezone);
  }

  get readiness(): Readiness {
    const { signer } = this;
    return readinessOf({
      installed: isInstalled(),
      offlineReady: this.offlineReady,
      persisted: this.persisted,
      enrolled: signer.isRevoked ? "revoked" : signer.tabletId === null ? "no" : "yes",
      tabletName: signer.name,
      keyFetched: this.event !== null,
      clockSkewMs: this.clockSkewMs,
      reached: this.reached,
      storage: this.storage,
    });
  }

  // ——— arriving ———

  async begin(): Promise<void> {
    const { token, code } = fromAddress();
    if (token !== null) {
      session.leave();
      session.keepToken(token);
    }
    if (!canSeal()) return this.go("insecure");
    void this.prepare();
    try {
      await Promise.all([this.signer.load(), this.sender.outbox.refresh()]);
    } catch (error) {
      this.notStored(error);
    }
    this.sender.flush();
    this.enrolCode = code;
    await (code === null ? this.arrive() : this.go("enrol"));
  }

  // Beside everything else: a page that opens without the server, and storage that the browser does not clear.
  private async prepare(): Promise<void> {
    this.persisted = await isPersisted();
    await keepPage(
      (active) => this.say(() => (this.offlineReady = active)),
      () => this.say(() => (this.newVersion = true)),
    );
  }

  async askPersistence(): Promise<void> {
    this.persisted = (await askToPersist()) ?? this.persisted;
    this.changed();
  }

  // With what this tab knows: somebody who is signed in, a role's token, an enrolled tablet, or nothing.
  private async arrive(): Promise<void> {
    const known = session.signedIn();
    const token = session.token();
    if (known !== null) return this.comeBack(known);
    if (token !== null) return this.signIn(token);
    return this.toPeople();
  }

  // After a reload the page opens with what it has, and asks the server beside: hospital wifi may take its time.
  private async comeBack(known: SignedIn): Promise<void> {
    await this.become(known);
    const event = await this.cachedEvent();
    if (event !== null) await this.enter(event);
    try {
      this.me = await this.api.me();
      await this.findEvents();
    } catch (error) {
      this.away(error, event !== null, known);
    }
  }

  private away(error: unknown, isWriting: boolean, known: SignedIn | null): void {
    if (error instanceof RevokedError) return this.revoked();
    if (error instanceof SignedOutError && known !== null) return this.signedOut(known.owner);
    if (isWriting && !(error instanceof RefusedError)) return this.heard(false);
    this.signInProblem = error instanceof SignedOutError ? "failed" : error instanceof RefusedError ? "role" : "away";
    this.go("signin");
  }

  async signIn(token: string): Promise<void> {
    this.signInProblem = null;
    this.go("loading");
    this.api = this.apiOf(token);
    try {
      const me = await this.api.me();
      await this.become({ ...me, token, personId: null, owner: `role/${me.role}/${me.name}` });
      await this.findEvents();
    } catch (error) {
      this.away(error, false, null);
    }
  }

  retry(): Promise<void> | void {
    return this.arrive();
  }

  private async become(found: SignedIn): Promise<void> {
    session.keep(found);
    this.owner = found.owner;
    this.me = { role: found.role, name: found.name };
    this.personId = found.personId;
    this.waitsForPin = false;
    this.api = this.apiOf(found.token);
    await this.sender.writes({ owner: found.owner, name: found.name }).catch((error: unknown) => this.notStored(error));
    this.sender.flush();
  }

  signOut(): void {
    if (this.unsent.length > 0) return;
    if (this.personId !== null) void this.api.signOut().catch(() => undefined);
    session.forget();
    this.left();
  }

  // To the next person, unsent or not: what the last one wrote still goes under their name.
  handOver(): void {
    session.leave();
    this.left();
  }

  private left(): void {
    this.leaveEvent();
    this.api = this.apiOf(null);
    this.me = null;
    this.personId = null;
    this.owner = "";
    this.waitsForPin = false;
    this.event = null;
    this.text = "";
    void this.sender.writes({ owner: "", name: "" }).catch(() => undefined);
    void this.toPeople();
  }

  private signedOut(owner: string): void {
    session.drop(owner);
    if (owner !== this.owner) return;
    this.stream?.stop();
    if (this.personId !== null) return this.say(() => (this.waitsForPin = true)); // writing goes on; sending waits
    session.leave();
    this.signInProblem = "failed";
    this.go("signin"); // what is unsent stays where it is, and goes on after the next sign-in
  }

  private revoked(): void {
    void this.signer.revoked().catch(() => undefined);
    this.stream?.stop();
    this.drafts.flush();
    this.go("revoked"); // the outbox goes on: the director decides about what was sealed before
  }

  // ——— tablets and people ———

  // The director showed a code: this tablet gets a key of its own.
  async enrol(name: string): Promise<void> {
    if (this.enrolCode === null || this.enrolment.busy) return;
    this.say(() => (this.enrolment = { problem: null, busy: true }));
    try {
      const found = await this.api.enrol(this.enrolCode, await this.signer.publicKey(name), name);
      await this.signer.enrolled(found.tablet_id, found.name);
      this.enrolCode = null;
      this.enrolment = { problem: null, busy: false };
      await this.arrive();
    } catch (error) {
      this.say(() => (this.enrolment = { problem: enrolmentProblem(error), busy: false }));
    }
  }

  private async toPeople(): Promise<void> {
    if (this.signer.tabletId === null) return this.go("signin");
    if (this.signer.isRevoked) return this.go("revoked");
    this.personProblem = null;
    this.go("people");
    await this.recallPeople();
    try {
      this.people = await this.api.people();
      this.heard(true);
      await this.store.put("cache", "people", this.people).catch(() => undefined);
    } catch (error) {
      if (error instanceof RevokedError) return this.revoked();
      this.personProblem = "away";
      this.heard(false);
    }
    this.changed();
  }

  private async recallPeople(): Promise<void> {
    const [people, last] = await Promise.all([this.store.get("cache", "people"), this.store.get("cache", "person")]).catch(() => []);
    if (Array.isArray(people)) this.people = people as Person[];
    this.lastPerson = last !== undefined && "initials" in last ? last.id : null;
    this.changed();
  }

  async signInPerson(personId: string, pin: string): Promise<boolean> {
    this.say(() => ([this.personProblem, this.personRetryAtMs] = [null, null]));
    try {
      const { token, name, role } = await this.api.signIn(personId, pin);
      const person = this.people.find(({ id }) => id === personId) ?? { id: personId, name, initials: name.slice(0, 1) };
      await this.store.put("cache", "person", person).catch(() => undefined);
      await this.become({ token, name, role, personId, owner: `person/${personId}` });
      await this.findEvents();
      return true;
    } catch (error) {
      this.personRefused(error);
      return false;
    }
  }

  private personRefused(error: unknown): void {
    if (error instanceof RevokedError) return this.revoked();
    const away = error instanceof AwayError ? error : null;
    const unknown = error instanceof RefusedError && error.code === "unknown-person";
    this.personProblem = unknown ? "unknown-person" : away === null ? "wrong-pin" : away.tooFast ? "locked" : "away";
    if (away?.tooFast) this.personRetryAtMs = Date.now() + (away.afterMs ?? LOOK_AGAIN_MS);
    this.changed();
  }

  // While the server is away, the last one who was here may write; it goes once their PIN was typed.
  get canWriteOffline(): boolean {
    return this.personProblem === "away" && this.people.some(({ id }) => id === this.lastPerson);
  }

  async writeOffline(): Promise<void> {
    const person = this.people.find(({ id }) => id === this.lastPerson);
    const event = await this.cachedEvent();
    if (!this.canWriteOffline || person === undefined || event === null) return;
    this.owner = `person/${person.id}`;
    this.personId = person.id;
    this.me = { role: "reporter", name: person.name };
    this.waitsForPin = true;
    await this.sender.writes({ owner: this.owner, name: person.name });
    await this.enter(event);
    await this.untilReached();
  }

  // Without a session there is no stream to tell that the server is back.
  private async untilReached(): Promise<void> {
    while (this.waitsForPin && !this.reached) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      await this.api.people().then(() => this.heard(true)).catch((error: unknown) => error instanceof RevokedError && this.revoked());
    }
  }

  // ——— the live event ———

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
  private async cachedEvent(): Promise<LiveEvent | null> {
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
    this.stream?.stop();
    this.server.clear();
    this.relist();
    const kept = session.phase(event.id);
    this.phase = kept !== null && event.phases.includes(kept) ? kept : event.phases[0]!;
    if (!this.waitsForPin) this.listen(event);
    this.go("writing");
    if (this.persisted !== true) void this.askPersistence();
    await this.recallDraft(event);
  }

  private listen(event: LiveEvent): void {
    const { owner } = this;
    this.stream = new Stream(this.api, event.id, {
      state: (state) => this.told(state),
      liveEvent: (about) => this.eventIs(about),
      reached: (yes) => this.streamReached(yes),
      signedOut: () => this.signedOut(owner),
      revoked: () => this.revoked(),
    });
    this.stream.start();
  }

  private leaveEvent(): void {
    this.drafts.close();
    this.stream?.stop();
    this.stream = null;
  }

  // What was typed here and not sent, unless something new is typed already.
  private async recallDraft(event: LiveEvent): Promise<void> {
    try {
      const kept = await this.drafts.open(`${event.id}/${this.owner}`);
      if (this.text !== "") this.drafts.changed(this.text);
      else if (kept !== null) this.text = kept;
      this.changed();
    } catch (error) {
      this.notStored(error);
    }
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
    this.drafts.changed(text);
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
      this.drafts.changed(this.text);
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
    if (this.storage !== "ok") return void this.sendCarefully(text);
    this.text = "";
    this.chosenPhrase = null;
    void this.take(text, null).then((taken) => taken || this.putBack(text));
  }

  // After storage failed once: the text leaves the box only when it is stored.
  private async sendCarefully(text: string): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    const taken = await this.take(text, null);
    this.sending = false;
    if (taken && this.text.trim() === text) this.write("");
  }

  private putBack(text: string): void {
    const [now, hint] = [this.text, this.hint];
    this.write(now === "" ? text : `${text} ${now}`);
    this.say(() => (this.hint = hint));
  }

  sendItem(): void {
    const item = this.event?.run_sheet[this.item];
    if (item === undefined) return;
    void this.take(item.text, item.id);
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

  // Whether it is on the disk; if not, the hint says why.
  private async take(text: string, item: string | null): Promise<boolean> {
    if (this.event === null) return false;
    const { event, phase, updateLanguage: lang } = this;
    const draft = item === null ? this.drafts.sent() : null;
    try {
      const stored = this.sender.send({ event, text, item, phase, lang }, draft);
      if (item === null) this.drafts.hold(stored);
      await stored;
      if (this.storage !== "ok") this.say(() => ([this.storage, this.hint] = ["ok", null]));
      return true;
    } catch (error) {
      this.hint = error instanceof NotStoredError && error.why === "full" ? "full" : "not-kept";
      this.notStored(error);
      return false;
    }
  }

  private notStored(error: unknown): void {
    if (error instanceof NotStoredError) this.storage = error.why;
    this.changed();
  }

  // ——— taking back, and what was refused ———

  undoLeftMs(update: Update): number {
    return this.sender.undoLeftMs(update);
  }

  async undo(update: Update): Promise<void> {
    this.undoProblem = null;
    await this.sender.undo(update);
  }

  private takenBack(id: string, text: string | null): void {
    this.server.set(id, { update_id: id, state: "retracted" });
    if (this.text === "" && text !== null && !this.updates.some((update) => update.id === id && update.item !== null)) this.write(text);
    this.changed();
  }

  tryAgain(update: Update): Promise<void> {
    return this.sender.tryAgain(update.id);
  }

  dismiss(update: Update): Promise<void> {
    return this.sender.dismiss(update.id);
  }

  // ——— awake and away ———

  // The page is looked at again, or the network is back.
  look(): void {
    void this.sender.outbox.refresh().catch((error: unknown) => this.notStored(error));
    this.sender.flush();
  }

  // The page may be gone in a moment.
  leaving(): void {
    this.drafts.flush();
  }

  // ——— what became of it ———

  private relist(): void {
    const here = this.event?.id;
    const updates = this.sender.updates;
    this.updates = updates.filter((update) => update.liveEventId === here);
    this.elsewhere = updates.filter((update) => update.liveEventId !== here && isUnsent(update));
    for (const own of this.sender.outbox.received()) {
      if (own.state !== null && own.liveEventId === here && !this.server.has(own.updateId)) this.server.set(own.updateId, own.state);
    }
    this.changed();
  }

  private received(id: string): void {
    this.announce(id);
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

  private heard(yes: boolean): void {
    if (yes === this.reached && (yes || this.awaySinceMs !== null)) return;
    this.reached = yes;
    this.awaySinceMs = yes ? null : Date.now();
    this.changed();
  }

  private streamReached(yes: boolean): void {
    this.heard(yes);
    if (yes) this.sender.flush();
  }

  private skew(ms: number): void {
    const before = this.clockSkewMs;
    this.clockSkewMs = ms;
    if (before === null || Math.abs(before - ms) > 2_000) this.changed(); // the header counts whole seconds
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

  private say(what: () => unknown): void {
    what();
    this.changed();
  }
}

function enrolmentProblem(error: unknown): EnrolmentProblem {
  if (error instanceof RefusedError) return error.code === "name-taken" || error.code === "bad-name" ? error.code : "bad-code";
  if (error instanceof RevokedError) return "bad-code";
  if (error instanceof NotStoredError) return "not-kept";
  return error instanceof AwayError && error.tooFast ? "too-fast" : "away";
}
