// What the page knows: where it is, who writes, which event, whether the server is reached; and the parts that do the
// work. No rule of its own beside whether the server is there, and settings.
import { Api, type Language, type LiveEvent, type Me, type ServerState } from "./api";
import type { BlankName, Piece } from "./blanks";
import { type Catalogue, catalogue, isLanguage, preferred } from "./catalogue/index";
import { isInstalled } from "./offline";
import { Outage } from "./outage";
import { type Readiness, readinessOf, type StorageState } from "./readiness";
import { session } from "./session";
import { Signer } from "./sign";
import { NotStoredError, type Person, Store } from "./store";
import { TabKey } from "./tabkey";
import { clock } from "./times";
import { isUnsent, type Update } from "./updates";

export type Screen = "insecure" | "signin" | "loading" | "choose" | "none" | "writing" | "enrol" | "people" | "revoked";
export type EnrolmentProblem = "bad-code" | "name-taken" | "bad-name" | "away" | "too-fast" | "not-kept";
export type PersonProblem = "wrong-pin" | "unknown-person" | "locked" | "away";
export type Hint = "empty" | "full" | "not-kept" | null; // the last two: it could not be stored, so it stays in the box

export const LOOK_AGAIN_MS = 15_000; // while no event is open, or while the last user writes without a session

export abstract class TabletState {
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
  picking: { phrase: Piece[]; source: string; blank: BlankName; isItem: boolean } | null = null;
  item = 0; // place on the run sheet
  filled: { id: string; pieces: Piece[] } | null = null; // an item of it whose blanks were picked, not sent yet
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
  personProblem: PersonProblem | null = null;
  personTriesLeft: number | null = null; // before this person is locked here; null where the server did not say
  personRetryAtMs: number | null = null;
  waitsForPin = false; // somebody writes whose session ended, or who opened the page while the server was away
  newVersion = false; // the worker has a newer page: it comes with the next load

  protected readonly store = new Store();
  protected readonly signer = new Signer(this.store);
  protected readonly key = new TabKey(this.store);
  protected readonly outage = new Outage();
  protected api: Api;
  protected owner = "";
  protected storage: StorageState = "ok";
  protected offlineReady = false;
  protected persisted: boolean | null = null;
  private clockSkewMs: number | null = null;

  constructor(protected readonly changed: () => void) {
    this.api = this.apiOf(null);
  }

  protected apiOf(token: string | null): Api {
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

  time(): string {
    return clock(Date.now(), this.event?.timezone ?? "UTC");
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

  // After an outage: how many updates that it held up are received. Null when there is nothing to say of it.
  get connectedAgain(): number | null {
    return this.outage.receivedAfter(performance.now());
  }

  // Who switched this tablet off, as far as the server said.
  get revokedBy(): string | null {
    return this.signer.revokedBy;
  }

  protected heard(yes: boolean): void {
    if (yes === this.reached && (yes || this.awaySinceMs !== null)) return;
    this.reached = yes;
    this.awaySinceMs = yes ? null : Date.now();
    this.weighOutage();
    this.changed();
  }

  // With what waits and what has arrived by now.
  protected abstract weighOutage(): void;

  protected notStored(error: unknown): void {
    if (error instanceof NotStoredError) this.storage = error.why;
    this.changed();
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

  protected go(screen: Screen): void {
    this.screen = screen;
    this.changed();
  }

  protected say(what: () => unknown): void {
    what();
    this.changed();
  }
}
