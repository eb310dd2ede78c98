// When nobody has touched the tablet for five minutes it shows the tiles again: what was typed stays sealed for its writer.
export const IDLE_MS = 300_000;

const TOUCHED = "scrubcast-touched"; // a time; so that a page that was closed and comes back in time asks for no PIN

export class Idle {
  constructor(private readonly locked: () => void) {
    if (Idle.last() === null) this.touch();
  }

  touch(): void {
    sessionStorage.setItem(TOUCHED, String(Date.now()));
  }

  // A clock that is set back counts as idle as well: nobody can make the time longer by it.
  look(): void {
    const last = Idle.last();
    const idleMs = last === null ? 0 : Date.now() - last;
    if (idleMs >= 0 && idleMs < IDLE_MS) return;
    this.touch();
    this.locked();
  }

  private static last(): number | null {
    const kept = Number(sessionStorage.getItem(TOUCHED) ?? NaN);
    return Number.isFinite(kept) ? kept : null;
  }
}
