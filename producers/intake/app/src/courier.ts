// Carries the outbox to the server, oldest first, one at a time over all tabs: an update leaves the outbox only by
// receipt or by a person.
import { AwayError, type Receipt, RefusedError, RevokedError, SIGN_ANEW, SignedOutError } from "./api";
import type { Entry, Outbox } from "./outbox";

export type Carrying = {
  token: (entry: Entry) => string | null; // of the one who wrote it; without it the entry waits for them
  submit: (entry: Entry, token: string) => Promise<Receipt>;
  undo: (entry: Entry, token: string) => Promise<void>;
  signAnew: (entry: Entry) => Promise<void>;
};

export type Told = {
  received: (entry: Entry) => void;
  refused: (entry: Entry, code: string) => void;
  waiting: (entry: Entry, untilMs: number, tooFast: boolean) => void;
  undone: (entry: Entry, done: boolean) => void; // false: too late, it is the server's
  reached: (yes: boolean) => void;
  signedOut: (entry: Entry) => void;
  revoked: (by: string | null) => void;
};

const LOCK = "scrubcast-outbox";
// A tab that the system put to sleep may hold the lock for hours. Beyond this time its neighbour goes on without: the
// server takes the same id once, so the lock only saves work.
const LOCK_WAIT_MS = 15_000;
const LONGEST_WAIT_MS = 30_000;
const BROKEN_MAX = 5; // failures of the server at one update, before others may go past it
const SIGN_ANEW_MAX = 3; // of one update, where the tablet's counter went back
// A request that was given up may still be underway there: its own 10 s here and 5 s for Kafka there.
const IN_FLIGHT_MS = 15_000;

// 1, 2, 4 … up to `longestMs`, each between half and whole, so that tablets do not all come back at once.
export function backoffMs(tries: number, longestMs: number = LONGEST_WAIT_MS, random: number = Math.random()): number {
  return Math.min(longestMs, 1000 * 2 ** Math.min(tries, 10)) * (0.5 + random / 2);
}

export class Courier {
  private running: Promise<void> | null = null;
  private wanted = false;
  private stopped = false;
  private tries = 0;
  private notBefore = 0; // performance.now(): a clock that somebody sets does not move it
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly broken = new Map<string, number>();
  private readonly signedAnew = new Map<string, number>();

  constructor(private readonly outbox: Outbox, private readonly carrying: Carrying, private readonly told: Told) {}

  // Now, because something changed: a new update, a connection, a look at the page. A server that named a time is obeyed.
  flush(): Promise<void> {
    if (this.notBefore > performance.now()) return this.running ?? Promise.resolve();
    clearTimeout(this.again);
    this.wanted = true;
    this.running ??= this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  // There is a reason to hope: what an outage taught about pauses is forgotten. A network that says it is back often
  // fails once more, and the try after that comes within a second.
  flushAnew(): Promise<void> {
    this.tries = 0;
    return this.flush();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.again);
  }

  private async run(): Promise<void> {
    while (this.wanted && !this.stopped) {
      this.wanted = false;
      let goOn = true;
      while (goOn && !this.stopped && this.next() !== undefined) goOn = await alone(() => this.one());
    }
  }

  private next(): { entry: Entry; token: string } | undefined {
    const able = this.outbox
      .entries()
      .filter((entry) => entry.kept === null)
      .map((entry) => ({ entry, token: this.carrying.token(entry) }))
      .filter((found): found is { entry: Entry; token: string } => found.token !== null);
    return able.find(({ entry }) => (this.broken.get(entry.updateId) ?? 0) < BROKEN_MAX) ?? able[0];
  }

  // Whether the next one may go.
  private async one(): Promise<boolean> {
    try {
      const found = this.next();
      if (found === undefined) return false;
      const entry = await this.outbox.claim(found.entry.updateId, Date.now()); // null: another tab carried it
      if (entry === null || entry.kept !== null) return true;
      return entry.undo ? await this.takeBack(entry, found.token) : await this.carry(entry, found.token);
    } catch {
      return this.later(null, new AwayError(null, false), false); // the tablet's own storage failed: look again
    }
  }

  private async carry(entry: Entry, token: string): Promise<boolean> {
    let receipt: Receipt;
    try {
      receipt = await this.carrying.submit(entry, token);
      if (!isReceipt(receipt, entry)) throw new AwayError(null, false);
    } catch (error) {
      return this.failed(entry, error);
    }
    await this.outbox.receive(entry, null, receipt.held !== undefined);
    this.wentWell(entry);
    this.told.received(entry);
    return true;
  }

  // Undone here after it was tried: the server may have it, or may never have heard of it.
  private async takeBack(entry: Entry, token: string): Promise<boolean> {
    try {
      await this.carrying.undo(entry, token);
    } catch (error) {
      if (!(error instanceof RefusedError)) return this.failed(entry, error);
      return error.status === 404 ? this.neverHad(entry) : this.tookBack(entry, false);
    }
    return this.tookBack(entry, true);
  }

  private async tookBack(entry: Entry, done: boolean): Promise<boolean> {
    await this.outbox.receive(entry, done ? { update_id: entry.updateId, state: "retracted" } : null);
    this.wentWell(entry);
    this.told.undone(entry, done);
    return true;
  }

  // Not known there; sure only once the last try can no longer be underway.
  private async neverHad(entry: Entry): Promise<boolean> {
    const waitMs = (entry.triedAtMs ?? 0) + IN_FLIGHT_MS - Date.now();
    if (waitMs > 0) return this.later(entry, new AwayError(Math.min(waitMs, IN_FLIGHT_MS), true));
    await this.outbox.remove(entry.updateId);
    this.wentWell(entry);
    this.told.undone(entry, true);
    return true;
  }

  private wentWell(entry: Entry): void {
    this.tries = 0;
    this.broken.delete(entry.updateId);
    this.told.reached(true);
  }

  private async failed(entry: Entry, error: unknown): Promise<boolean> {
    if (error instanceof RefusedError && SIGN_ANEW.includes(error.code) && (await this.anew(entry))) return true;
    if (error instanceof RefusedError || error instanceof RevokedError) {
      const code = error instanceof RefusedError ? error.code : "tablet-revoked";
      await this.outbox.keep(entry.updateId, code);
      this.told.refused(entry, code);
      if (error instanceof RevokedError) this.told.revoked(error.by);
      return true;
    }
    if (error instanceof SignedOutError) {
      this.told.signedOut(entry); // its token is forgotten, so that the others can go on
      return this.carrying.token(entry) === null;
    }
    return this.later(entry, error instanceof AwayError ? error : new AwayError(null, false));
  }

  private async anew(entry: Entry): Promise<boolean> {
    const tries = (this.signedAnew.get(entry.updateId) ?? 0) + 1;
    if (tries > SIGN_ANEW_MAX) return false;
    this.signedAnew.set(entry.updateId, tries);
    await this.carrying.signAnew(entry);
    return true;
  }

  private later(entry: Entry | null, away: AwayError, tell = true): boolean {
    if (entry !== null && away.broken) this.broken.set(entry.updateId, (this.broken.get(entry.updateId) ?? 0) + 1);
    const waitMs = away.afterMs ?? backoffMs(this.tries++);
    if (away.afterMs !== null) this.notBefore = performance.now() + waitMs;
    clearTimeout(this.again);
    this.again = setTimeout(() => {
      this.notBefore = 0;
      void this.flush();
    }, waitMs);
    if (tell) this.told.reached(away.reached);
    if (entry !== null) this.told.waiting(entry, Date.now() + waitMs, away.tooFast);
    return false;
  }
}

function isReceipt(receipt: Receipt, entry: Entry): boolean {
  return receipt?.update_id === entry.updateId && receipt.sealed_sha256 === entry.sealedSha256;
}

// One tab of this browser at a time.
async function alone(work: () => Promise<boolean>): Promise<boolean> {
  const waiting = new AbortController();
  const tired = setTimeout(() => waiting.abort(), LOCK_WAIT_MS);
  let begun = false;
  try {
    return await navigator.locks.request(LOCK, { signal: waiting.signal }, () => {
      begun = true;
      clearTimeout(tired);
      return work();
    });
  } catch (error) {
    if (begun) throw error;
    return work();
  } finally {
    clearTimeout(tired);
  }
}
