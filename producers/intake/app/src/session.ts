// What outlives a reload: the token (this tab only), the chosen event, the device's name, theme and language. No texts.
import type { Language } from "./api";
import { uuid7 } from "./uuid7";

export type Own = { id: string; at: number };

const TOKEN = "scrubcast-token";
const LIVE_EVENT = "scrubcast-live-event";
const OWN = "scrubcast-own";
const DEVICE = "scrubcast-device";
const THEME = "scrubcast-theme";
const LANGUAGE = "scrubcast-language";
const PHASE = "scrubcast-phase";
const OWN_MAX = 200; // ids of received updates, so that their states are found again after a reload

// The token of `#token=…`, taken out of the address at once: addresses are shown, shared and kept in histories.
export function tokenFromAddress(): string | null {
  const found = new URLSearchParams(location.hash.slice(1)).get("token");
  if (found !== null) history.replaceState(null, "", location.pathname + location.search);
  return found;
}

export const session = {
  token: (): string | null => sessionStorage.getItem(TOKEN),
  keepToken: (token: string): void => sessionStorage.setItem(TOKEN, token),
  liveEvent: (): string | null => sessionStorage.getItem(LIVE_EVENT),
  keepLiveEvent: (id: string): void => sessionStorage.setItem(LIVE_EVENT, id),
  phase: (liveEventId: string): string | null => sessionStorage.getItem(`${PHASE}/${liveEventId}`),
  keepPhase: (liveEventId: string, phase: string): void => sessionStorage.setItem(`${PHASE}/${liveEventId}`, phase),
  own(liveEventId: string): Own[] {
    try {
      const kept: unknown = JSON.parse(sessionStorage.getItem(`${OWN}/${liveEventId}`) ?? "[]");
      return Array.isArray(kept) ? (kept as Own[]) : [];
    } catch {
      return [];
    }
  },
  keepOwn(liveEventId: string, own: Own): void {
    const kept = [...session.own(liveEventId).filter((other) => other.id !== own.id), own].slice(-OWN_MAX);
    sessionStorage.setItem(`${OWN}/${liveEventId}`, JSON.stringify(kept));
  },
  forget: (): void => sessionStorage.clear(),
  theme: (): "dark" | "light" => (localStorage.getItem(THEME) === "light" ? "light" : "dark"),
  keepTheme: (theme: "dark" | "light"): void => localStorage.setItem(THEME, theme),
  language: (): string | null => localStorage.getItem(LANGUAGE),
  keepLanguage: (language: Language): void => localStorage.setItem(LANGUAGE, language),
  device(): string {
    let device = localStorage.getItem(DEVICE);
    if (device === null) {
      device = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
      localStorage.setItem(DEVICE, device);
    }
    return device;
  },
};
