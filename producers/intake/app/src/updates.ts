// What the reporter is told of an own update. What is on this tablet weighs more than what the server said: an update is
// "received" only after its receipt.
import type { ServerState } from "./api";
import type { Catalogue } from "./catalogue/index";
import { age, clock } from "./times";

export type Local =
  | { kind: "sealing" }
  | { kind: "waiting"; untilMs: number; tooFast: boolean }
  | { kind: "received" }
  | { kind: "kept"; code: string };

export type Update = {
  readonly id: string;
  readonly atMs: number;
  readonly text: string | null; // null after a reload: texts are kept nowhere
  readonly item: string | null;
  local: Local;
};

export type Shown = { icon: string; tone: "" | "state-good" | "state-you"; words: string; editable: boolean; link: string | null; post: number | null };

const OLD_MS = 120_000; // unsent for so long, a person should know

export function isUnsent(update: Update): boolean {
  return update.local.kind === "sealing" || update.local.kind === "waiting";
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
      return { ...plain, icon: "eye", words: t.states.inReview(t.kinds[state.reason ?? ""] ?? "") };
    case "cleared":
      return { ...plain, icon: "clock", words: t.states.cleared };
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
