// What the reporter is told of an own update. What is on this tablet weighs more than what the server said: an update is
// "received" only after its receipt.
import type { ServerState } from "./api";
import type { Entry, Own } from "./store";
import type { Catalogue } from "./catalogue/index";
import { age, clock } from "./times";

export type Local =
  | { kind: "sealing" }
  | { kind: "waiting"; untilMs: number; tooFast: boolean }
  | { kind: "received" }
  | { kind: "undoing" }
  | { kind: "kept"; code: string };

export type Update = {
  readonly id: string;
  readonly liveEventId: string;
  readonly atMs: number;
  readonly text: string | null; // null for others, and after the receipt for whoever loads the page again
  readonly item: string | null;
  readonly by: string | null; // another person's, still waiting on this tablet
  readonly local: Local;
};

// What a tab knows beside the disk.
export type Memory = {
  owner: string;
  sealing: readonly Update[]; // the newest first
  texts: ReadonlyMap<string, string>;
  waits: ReadonlyMap<string, { untilMs: number; tooFast: boolean }>;
};

// All of the tablet's updates, the newest first: own ones, and others' as long as they wait here.
export function listed(entries: readonly Entry[], own: readonly Own[], memory: Memory): Update[] {
  const here = new Set(entries.map((entry) => entry.updateId));
  const found = [
    ...entries.map((entry) => ({ order: entry.order ?? 0, update: ofEntry(entry, memory) })),
    ...own
      .filter((one) => one.owner === memory.owner && !here.has(one.updateId))
      .map((one) => ({ order: one.order, update: ofOwn(one, memory) })),
  ].sort((a, b) => b.order - a.order);
  return [...memory.sealing.filter(({ id }) => !here.has(id)), ...found.map(({ update }) => update)];
}

function ofEntry(entry: Entry, { owner, texts, waits }: Memory): Update {
  const mine = entry.owner === owner;
  const wait = waits.get(entry.updateId) ?? { untilMs: 0, tooFast: false };
  const local: Local = entry.kept !== null ? { kind: "kept", code: entry.kept } : entry.undo ? { kind: "undoing" } : { kind: "waiting", ...wait };
  return {
    id: entry.updateId,
    liveEventId: entry.liveEventId,
    atMs: entry.writtenAtMs,
    text: mine ? (texts.get(entry.updateId) ?? null) : null,
    item: entry.item,
    by: mine ? null : entry.by,
    local,
  };
}

function ofOwn(own: Own, { texts }: Memory): Update {
  const { updateId: id, liveEventId, atMs, item } = own;
  return { id, liveEventId, atMs, text: texts.get(id) ?? null, item, by: null, local: { kind: "received" } };
}

export type Shown = { icon: string; tone: "" | "state-good" | "state-you"; words: string; editable: boolean; link: string | null; post: number | null };

const OLD_MS = 120_000; // unsent for so long, a person should know

export function isUnsent(update: Update): boolean {
  return update.local.kind === "sealing" || update.local.kind === "waiting" || update.local.kind === "undoing";
}

export type Around = { t: Catalogue; nowMs: number; closedAt: string; timezone: string; awaySinceMs: number | null };

export function shownAs(update: Update, server: ServerState | undefined, around: Around): Shown {
  const { t } = around;
  const plain = { tone: "", editable: false, link: null, post: null } as const;
  switch (update.local.kind) {
    case "sealing":
      return { ...plain, icon: "tablet", words: t.states.sealing };
    case "waiting": {
      const waited = around.nowMs - update.atMs;
      const seconds = Math.ceil((update.local.untilMs - around.nowMs) / 1000);
      const words = update.local.tooFast && seconds > 0 ? t.states.tooFast(seconds) : t.states.onTablet(age(waited));
      return { ...plain, icon: "tablet", tone: waited >= OLD_MS ? "state-you" : "", words };
    }
    case "undoing":
      return { ...plain, icon: "undo", words: t.states.undoing };
    case "kept": {
      const { code } = update.local;
      const why = code === "window-closed" ? t.doorClosed(around.closedAt) : (t.doorReasons[code] ?? t.doorOther);
      return { ...plain, icon: "warn", tone: "state-you", words: t.states.keptHere(why), editable: update.text !== null };
    }
    case "received": {
      const shown = told(server, t);
      const open = !["published", "returned", "refused", "not-posted", "retracted"].includes(server?.state ?? "received");
      const stale = open && around.awaySinceMs !== null && around.nowMs - around.awaySinceMs >= OLD_MS;
      const words = stale ? t.states.lastHeard(sentence(shown.words), clock(around.awaySinceMs ?? 0, around.timezone)) : shown.words;
      return { ...shown, words, editable: shown.editable && update.text !== null };
    }
  }
}

function sentence(words: string): string {
  return words.endsWith(".") ? words : `${words}.`;
}

function refusal(reason: string, t: Catalogue): string {
  const kind = t.kinds[reason];
  return t.refusedReasons[reason] ?? (kind ? t.refusedFor(kind) : t.refusedOther);
}

function told(state: ServerState | undefined, t: Catalogue): Shown {
  const plain = { tone: "", editable: false, link: state?.url ?? null, post: state?.post ?? null } as const;
  switch (state?.state) {
    case undefined:
    case "received":
      return { ...plain, icon: "inbox", words: t.states.received };
    case "checking":
      return { ...plain, icon: "search", words: t.states.checking };
    case "in-review":
      return { ...plain, icon: "eye", words: t.states.inReview(t.kinds[state.reason ?? ""] ?? "", t.readers[state.reads ?? "person"]) };
    case "cleared":
      return { ...plain, icon: "clock", words: t.waitReasons[state.reason ?? ""] ?? t.states.cleared };
    case "published": {
      const [k, n] = [state.published ?? 1, state.of ?? 1];
      return { ...plain, icon: "globe", tone: "state-good", words: n > 1 ? t.states.publishedOn(k, n) : t.states.published };
    }
    case "returned": {
      const reason = state.reason ? (t.returnReasons[state.reason] ?? "") : "";
      const why = [reason, state.note ? sentence(state.note) : ""].filter((part) => part !== "").join(" ");
      const by = state.by ? (t.roles[state.by] ?? state.by) : "";
      return { ...plain, icon: "return", tone: "state-you", words: t.states.returned(by, why), editable: true };
    }
    case "refused":
      return { ...plain, icon: "return", tone: "state-you", words: t.states.refused(refusal(state.reason ?? "", t)), editable: true };
    case "not-posted":
      return { ...plain, icon: "warn", tone: "state-you", words: t.states.notPosted(t.notPostedReasons[state.reason ?? ""] ?? t.notPostedOther) };
    case "unknown":
      return { ...plain, icon: "question", tone: "state-you", words: t.states.unknown };
    case "retracted":
      return state.published
        ? { ...plain, icon: "undo", words: t.states.takingBack(state.published) }
        : { ...plain, icon: "undo", words: t.states.retracted, link: null, post: null };
  }
}
