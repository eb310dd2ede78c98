// The HTTP interface of intake as the page uses it. Every failure becomes one of: refused, signed out, away.
export type Platform = "local" | "x" | "bluesky" | "mastodon";
export type Language = "en" | "de" | "nl";

export type LiveEvent = {
  id: string;
  title: string;
  hashtag: string;
  languages: Language[];
  timezone: string;
  window: { opens: string; closes: string };
  state: "open" | "closed";
  closed_at: string | null;
  phases: string[];
  phrases: { phase: string | null; text: Partial<Record<Language, string>> }[];
  run_sheet: { id: string; text: string }[];
  destinations: { platform: Platform; account: string | null }[];
  sealing_key: { kty: string; crv: string; x: string; y: string; kid: string };
  thread_url: string | null;
};

export type ServerState = {
  update_id: string;
  state: "received" | "checking" | "in-review" | "cleared" | "published" | "returned" | "refused" | "not-posted" | "unknown" | "retracted";
  reason?: string;
  note?: string;
  by?: string;
  url?: string;
  post?: number;
  published?: number;
  of?: number;
  run_sheet_item?: string;
};

export type Me = { role: string; name: string };

// Wrong for good under this request; `code` is the stable word of the problem.
export class RefusedError extends Error {
  constructor(readonly code: string, readonly status: number) {
    super(code);
  }
}

export class SignedOutError extends Error {}

// Try again, not before `afterMs`. `reached` is whether the server answered at all.
export class AwayError extends Error {
  constructor(readonly afterMs: number | null, readonly reached: boolean, readonly tooFast = false) {
    super("away");
  }
}

const ANSWER_MS = 10_000; // twice the time that the server itself waits for Kafka

export class Api {
  constructor(private readonly token: string, private readonly device: string) {}

  headers(): Record<string, string> {
    return { Authorization: `Bearer ${this.token}`, "Scrubcast-Device": this.device };
  }

  me(): Promise<Me> {
    return this.ask("GET", "/api/v1/me") as Promise<Me>;
  }

  async liveEvents(): Promise<LiveEvent[]> {
    return ((await this.ask("GET", "/api/v1/live-events")) as { items: LiveEvent[] }).items;
  }

  liveEvent(id: string): Promise<LiveEvent> {
    return this.ask("GET", `/api/v1/live-events/${encodeURIComponent(id)}`) as Promise<LiveEvent>;
  }

  // `body` as it was made when the update was sealed: the same bytes on every try.
  submit(liveEventId: string, body: string): Promise<unknown> {
    return this.ask("POST", `/api/v1/live-events/${encodeURIComponent(liveEventId)}/updates`, body);
  }

  private async ask(method: string, path: string, body?: string): Promise<unknown> {
    let answer: Response;
    try {
      answer = await fetch(path, {
        method,
        headers: body === undefined ? this.headers() : { ...this.headers(), "Content-Type": "application/json" },
        body: body ?? null,
        cache: "no-store",
        credentials: "omit",
        signal: AbortSignal.timeout(ANSWER_MS),
      });
    } catch {
      throw new AwayError(null, false);
    }
    if (!answer.ok) throw await failure(answer);
    try {
      return await answer.json();
    } catch {
      throw new AwayError(null, false); // the answer broke off: for the same id it comes again
    }
  }
}

export async function failure(answer: Response): Promise<Error> {
  if (answer.status === 401) return new SignedOutError();
  if (answer.status === 429 || answer.status >= 500) {
    const after = Number(answer.headers.get("Retry-After"));
    return new AwayError(after > 0 ? after * 1000 : null, true, answer.status === 429);
  }
  const problem = (await answer.json().catch(() => ({}))) as { type?: unknown };
  const code = typeof problem.type === "string" ? problem.type.replace("urn:scrubcast:", "") : "refused";
  return new RefusedError(code, answer.status);
}
