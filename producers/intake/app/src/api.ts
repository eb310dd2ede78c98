// The HTTP interface of intake as the page uses it. Every failure becomes one of: refused, signed out, away.
import type { Signer } from "./sign";
import type { Entry, Person } from "./store";

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
  stamp: "clock" | "elapsed" | "counter" | "none";
  content_warning: string | null;
  training?: boolean; // these three a page from before did not keep
  standing?: Standing;
  text_only?: boolean; // after a complication: a physician reads every update first
};

export type Standing = "running" | "held" | "stopped" | "withdrawn";
// What may change while the page is open.
export type EventNews = Pick<LiveEvent, "state" | "closed_at" | "standing" | "text_only">;

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
  reads?: "physician" | "director"; // in review: whose word it takes
};

export type Me = { role: string; name: string };
export type Receipt = { update_id: string; sealed_sha256: string; held?: string };
export type SignedInPerson = { token: string; name: string; role: string; expires_at: string };

// Wrong for good under this request; `code` is the stable word of the problem.
export class RefusedError extends Error {
  constructor(readonly code: string, readonly status: number, readonly triesLeft: number | null = null) {
    super(code);
  }
}

export class SignedOutError extends Error {}

// The director switched this tablet off, or the server does not know it; what it had sealed before may still go.
export class RevokedError extends Error {
  constructor(readonly by: string | null) {
    super("revoked");
  }
}

// Try again, not before `afterMs`. `reached` is whether the server answered at all, `broken` whether it failed at this
// very request, so that others may fare better.
export class AwayError extends Error {
  constructor(readonly afterMs: number | null, readonly reached: boolean, readonly tooFast = false, readonly broken = false) {
    super("away");
  }
}

const OURS = "urn:scrubcast:"; // how a problem of the server itself begins
const ANSWER_MS = 10_000; // twice the time that the server itself waits for Kafka
const UPDATES = (liveEventId: string): string => `/api/v1/live-events/${encodeURIComponent(liveEventId)}/updates`;

export const SIGN_ANEW = ["replayed", "bad-signature"]; // the counter went back: a profile that was restored
const SIGN_TRIES = 3;

type Request = { updateId?: string; body?: string; headers?: Readonly<Record<string, string>>; token?: string | null };

// What each answer tells beside itself: how far the server's clock is from this tablet's.
export type Watching = { skew: (ms: number) => void };

export class Api {
  // `token` is null before anyone signed in; `device` names a tablet that is not enrolled, and so signs nothing.
  constructor(
    private readonly token: string | null,
    private readonly device: string,
    private readonly signer: Signer,
    private readonly watching: Watching,
  ) {}

  // Of one request: signed anew each time.
  async headers(method: string, path: string, { updateId, body, headers, token = this.token }: Request = {}): Promise<Record<string, string>> {
    const signing = { method, path, ...(updateId === undefined ? {} : { updateId }), ...(body === undefined ? {} : { body }) };
    const signed = headers ?? (await this.signer.sign(signing));
    return {
      ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
      "Scrubcast-Device": this.device,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      ...signed,
    };
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

  // The same bytes and the same signature on every try, under the token of the one who wrote it.
  async submit(entry: Entry, token: string): Promise<Receipt> {
    const { body, headers } = entry;
    return (await this.ask("POST", UPDATES(entry.liveEventId), { body, headers, token })) as Receipt;
  }

  async undo(liveEventId: string, updateId: string, token: string): Promise<void> {
    await this.ask("POST", `${UPDATES(liveEventId)}/${encodeURIComponent(updateId)}/undo`, { updateId, token });
  }

  enrol(code: string, publicKey: JsonWebKey, name: string): Promise<{ tablet_id: string; name: string }> {
    const body = JSON.stringify({ code, public_key: publicKey, name });
    return this.ask("POST", "/api/v1/enrolments", { body, headers: {} }) as Promise<{ tablet_id: string; name: string }>;
  }

  people(): Promise<Person[]> {
    return this.ask("GET", "/api/v1/people") as Promise<Person[]>;
  }

  signIn(personId: string, pin: string): Promise<SignedInPerson> {
    return this.ask("POST", "/api/v1/sessions", { body: JSON.stringify({ person_id: personId, pin }) }) as Promise<SignedInPerson>;
  }

  async signOut(): Promise<void> {
    await this.ask("DELETE", "/api/v1/sessions");
  }

  private async ask(method: string, path: string, request: Request = {}): Promise<unknown> {
    for (let left = SIGN_TRIES; ; left--) {
      try {
        return await this.once(method, path, request);
      } catch (error) {
        const anew = error instanceof RefusedError && SIGN_ANEW.includes(error.code) && request.headers === undefined;
        if (!anew || left <= 1) throw error;
      }
    }
  }

  private async once(method: string, path: string, request: Request): Promise<unknown> {
    const headers = await this.headers(method, path, request);
    const beganMs = Date.now();
    let answer: Response;
    try {
      const signal = AbortSignal.timeout(ANSWER_MS);
      answer = await fetch(path, { method, headers, body: request.body ?? null, cache: "no-store", credentials: "omit", signal });
    } catch {
      throw new AwayError(null, false);
    }
    const skew = skewMs(answer.headers.get("Date"), beganMs, Date.now());
    if (skew !== null) this.watching.skew(skew);
    if (!answer.ok) throw await failure(answer);
    if (answer.status === 204) return null;
    try {
      return await answer.json();
    } catch {
      throw new AwayError(null, false); // the answer broke off: for the same id it comes again
    }
  }
}

// How far the server's clock is before this one. Its header counts whole seconds (RFC 9110 section 5.6.7), so half of
// one is added; an answer that took long says little.
export function skewMs(date: string | null, beganMs: number, endedMs: number): number | null {
  const server = Date.parse(date ?? "");
  const sure = !Number.isNaN(server) && endedMs >= beganMs && endedMs - beganMs < ANSWER_MS;
  return sure ? server + 500 - (beganMs + endedMs) / 2 : null;
}

export async function failure(answer: Response): Promise<Error> {
  const problem = (await answer.json().catch(() => ({}))) as { type?: unknown; revoked_by?: unknown; tries_left?: unknown } | null;
  const type = typeof problem?.type === "string" ? problem.type : "";
  const code = type.startsWith(OURS) ? type.slice(OURS.length) : null;
  const after = Number(answer.headers.get("Retry-After"));
  const afterMs = after > 0 ? after * 1000 : null;
  if (answer.status === 429) return new AwayError(afterMs, true, true);
  if (answer.status >= 500) return new AwayError(afterMs, true, false, answer.status === 500);
  // Not a word of ours: a login page of the wifi, or a proxy. What it refuses was never refused by us.
  if (code === null) return new AwayError(afterMs, false);
  if (code === "tablet-revoked" || code === "unknown-tablet") {
    return new RevokedError(typeof problem?.revoked_by === "string" ? problem.revoked_by : null);
  }
  if (answer.status === 401) return new SignedOutError();
  return new RefusedError(code, answer.status, typeof problem?.tries_left === "number" ? problem.tries_left : null);
}

