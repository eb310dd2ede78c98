// What is said when an outage is over: how many updates it had held up here, once the last of them is received.
const SAID_MS = 10_000; // long enough to be read in passing; then the place is free for what comes next
const NOTICED_MS = 120_000; // of an outage that held nothing up: as long as until the page spoke of it

// Times are those of performance.now(): a clock that somebody sets does not move them.
export class Outage {
  private sinceMs: number | null = null;
  private readonly held = new Set<string>();
  private said: { count: number; untilMs: number } | null = null;

  get lasts(): boolean {
    return this.sinceMs !== null;
  }

  // The server is not reached, and these wait here.
  goesOn(nowMs: number, waiting: readonly string[]): void {
    this.sinceMs ??= nowMs;
    this.said = null;
    for (const id of waiting) this.held.add(id);
  }

  // It is reached again. These still wait, those have arrived.
  isOver(nowMs: number, waiting: readonly string[], received: readonly string[]): void {
    if (this.sinceMs === null || waiting.some((id) => this.held.has(id))) return;
    const count = received.filter((id) => this.held.has(id)).length;
    if (count > 0 || nowMs - this.sinceMs >= NOTICED_MS) this.said = { count, untilMs: nowMs + SAID_MS };
    this.sinceMs = null;
    this.held.clear();
  }

  // How many were received, as long as it is said; null otherwise.
  receivedAfter(nowMs: number): number | null {
    return this.said !== null && nowMs < this.said.untilMs ? this.said.count : null;
  }
}
