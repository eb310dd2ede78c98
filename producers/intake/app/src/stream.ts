// Server-sent events over fetch, because EventSource cannot send a token: read, resume by Last-Event-ID, begin again.
import { type Api, type EventNews, failure, RevokedError, type ServerState, SignedOutError } from "./api";
import { backoffMs } from "./courier";

export type Heard = {
  state: (state: ServerState) => void;
  liveEvent: (about: EventNews) => void;
  reached: (yes: boolean) => void;
  signedOut: () => void;
  revoked: (by: string | null) => void;
};

const LONGEST_WAIT_MS = 15_000;
const SILENCE_MS = 40_000; // the server says something every 15 s

export class Stream {
  private lastId = "";
  private stopped = false;
  private tries = 0;
  private connection = new AbortController();
  private wake: () => void = () => undefined;

  constructor(private readonly api: Api, private readonly liveEventId: string, private readonly heard: Heard) {}

  start(): void {
    void this.run();
  }

  stop(): void {
    this.stopped = true;
    this.connection.abort();
    this.wake();
  }

  // There is a reason to hope: the pause ends now, and the ones after it are short again.
  hurry(): void {
    this.tries = 0;
    this.wake();
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.listen();
      } catch (error) {
        if (error instanceof SignedOutError) return this.heard.signedOut();
        if (error instanceof RevokedError) return this.heard.revoked(error.by);
      }
      if (this.stopped) return;
      this.heard.reached(false);
      await this.pause(backoffMs(this.tries++, LONGEST_WAIT_MS));
    }
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private async listen(): Promise<void> {
    this.connection = new AbortController();
    let silence = setTimeout(() => this.connection.abort(), SILENCE_MS);
    try {
      const path = `/api/v1/live-events/${encodeURIComponent(this.liveEventId)}/updates/stream`;
      const plain = await this.api.headers("GET", path);
      const headers = this.lastId ? { ...plain, "Last-Event-ID": this.lastId } : plain;
      const answer = await fetch(path, { headers, cache: "no-store", credentials: "omit", signal: this.connection.signal });
      if (!answer.ok) throw await failure(answer);
      this.tries = 0;
      this.heard.reached(true);
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silence);
        silence = setTimeout(() => this.connection.abort(), SILENCE_MS);
        const parts = (rest + value).split("\n\n");
        rest = parts.pop() ?? "";
        for (const part of parts) this.take(part);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  private take(frame: string): void {
    let event = "message";
    const data: string[] = [];
    for (const line of frame.split("\n")) {
      if (line.startsWith("data: ")) data.push(line.slice(6));
      else if (line.startsWith("event: ")) event = line.slice(7);
      else if (line.startsWith("id: ")) this.lastId = line.slice(4);
    }
    if (data.length === 0) return; // a heartbeat
    const told: unknown = JSON.parse(data.join("\n"));
    if (event === "live-event") this.heard.liveEvent(told as EventNews);
    else if (event === "message") this.heard.state(told as ServerState);
  }
}
