// Carries the outbox to the server, oldest first, one at a time: an update leaves the outbox only by receipt or refusal.
import { AwayError, RefusedError, SignedOutError } from "./api";
import type { Entry, Outbox } from "./outbox";

export type Told = {
  received: (entry: Entry) => void;
  refused: (entry: Entry, code: string) => void;
  waiting: (entry: Entry, untilMs: number, tooFast: boolean) => void;
  reached: (yes: boolean) => void;
  signedOut: () => void;
};

const LONGEST_WAIT_MS = 30_000;

// 1, 2, 4 … up to `longestMs`, each between half and whole, so that tablets do not all come back at once.
export function backoffMs(tries: number, longestMs: number = LONGEST_WAIT_MS, random: number = Math.random()): number {
  return Math.min(longestMs, 1000 * 2 ** Math.min(tries, 10)) * (0.5 + random / 2);
}

export class Courier {
  private running = false;
  private tries = 0;
  private again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly outbox: Outbox,
    private readonly submit: (entry: Entry) => Promise<unknown>,
    private readonly told: Told,
  ) {}

  // Now, because something changed: a new update, a connection, a look at the page.
  async flush(): Promise<void> {
    if (this.running) return;
    clearTimeout(this.again);
    this.running = true;
    try {
      for (let entry = this.outbox.entries()[0]; entry; entry = this.outbox.entries()[0]) {
        if (!(await this.carry(entry))) break;
      }
    } finally {
      this.running = false;
    }
  }

  stop(): void {
    clearTimeout(this.again);
  }

  // Whether the next one may go.
  private async carry(entry: Entry): Promise<boolean> {
    try {
      await this.submit(entry);
    } catch (error) {
      return this.failed(entry, error);
    }
    await this.outbox.remove(entry.updateId);
    this.tries = 0;
    this.told.reached(true);
    this.told.received(entry);
    return true;
  }

  private async failed(entry: Entry, error: unknown): Promise<boolean> {
    if (error instanceof RefusedError) {
      await this.outbox.remove(entry.updateId);
      this.told.refused(entry, error.code);
      return true;
    }
    if (error instanceof SignedOutError) {
      this.told.signedOut();
      return false;
    }
    const away = error instanceof AwayError ? error : new AwayError(null, false);
    const wait = away.afterMs ?? backoffMs(this.tries++);
    this.told.reached(away.reached);
    this.told.waiting(entry, Date.now() + wait, away.tooFast);
    this.again = setTimeout(() => void this.flush(), wait);
    return false;
  }
}
