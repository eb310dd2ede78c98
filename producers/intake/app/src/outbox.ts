// Where sealed updates wait for their receipt. In memory for now; a durable one takes its place behind this interface.
export type Entry = {
  readonly updateId: string;
  readonly liveEventId: string;
  readonly body: string; // the request as it goes out, sealed; the same bytes on every try
  readonly writtenAtMs: number;
};

export interface Outbox {
  // Resolves once the entry is as safe as this outbox can make it.
  add(entry: Entry): Promise<void>;
  // Only after a receipt, or when the server refused it for good.
  remove(updateId: string): Promise<void>;
  // The oldest first.
  entries(): readonly Entry[];
}

export class MemoryOutbox implements Outbox {
  private waiting: Entry[] = [];

  async add(entry: Entry): Promise<void> {
    if (!this.waiting.some((other) => other.updateId === entry.updateId)) this.waiting = [...this.waiting, entry];
  }

  async remove(updateId: string): Promise<void> {
    this.waiting = this.waiting.filter((entry) => entry.updateId !== updateId);
  }

  entries(): readonly Entry[] {
    return this.waiting;
  }
}
