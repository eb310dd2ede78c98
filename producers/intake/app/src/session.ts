// What outlives a reload of this tab: who is signed in, the tokens of those whose updates still wait, the chosen event;
// and for all tabs the device's name, theme and language. No texts.
import type { Language, Me } from "./api";
import { uuid7 } from "./uuid7";

// `owner` names whose update it is: `person/<id>`, or `role/<role>/<name>` for a role's token.
export type SignedIn = Me & { owner: string; personId: string | null; token: string };

const TOKEN = "scrubcast-token";
const SIGNED_IN = "scrubcast-signed-in";
const TOKENS = "scrubcast-tokens";
const LIVE_EVENT = "scrubcast-live-event";
const DEVICE = "scrubcast-device";
const THEME = "scrubcast-theme";
const LANGUAGE = "scrubcast-language";
const PHASE = "scrubcast-phase";
const TAB = "scrubcast-tab";

// What `#token=…` or `#enrol=…` brought, taken out of the address at once: addresses are shown, shared and kept in histories.
export function fromAddress(): { token: string | null; code: string | null } {
  const found = new URLSearchParams(location.hash.slice(1));
  const [token, code] = [found.get("token"), found.get("enrol")];
  if (token !== null || code !== null) history.replaceState(null, "", location.pathname + location.search);
  return { token, code };
}

export function isPerson(owner: string): boolean {
  return owner.startsWith("person/");
}

function read<T>(key: string, otherwise: T): T {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? "null") as T | null) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export const session = {
  // A role's token, known to the server or not yet.
  token: (): string | null => sessionStorage.getItem(TOKEN),
  keepToken: (token: string): void => sessionStorage.setItem(TOKEN, token),
  // Whom the server knew by it, the last time it was asked.
  signedIn: (): SignedIn | null => read<SignedIn | null>(SIGNED_IN, null),
  keep(found: SignedIn): void {
    sessionStorage.setItem(SIGNED_IN, JSON.stringify(found));
    sessionStorage.setItem(TOKENS, JSON.stringify({ ...read(TOKENS, {}), [found.owner]: found.token }));
    if (found.personId === null) session.keepToken(found.token);
    else sessionStorage.removeItem(TOKEN);
  },
  tokenOf: (owner: string): string | null => read<Record<string, string>>(TOKENS, {})[owner] ?? null,
  // The server no longer knows it.
  drop(owner: string): void {
    const { [owner]: _, ...others } = read<Record<string, string>>(TOKENS, {});
    sessionStorage.setItem(TOKENS, JSON.stringify(others));
  },
  // Hand-over: nobody writes now, but what the last one wrote still goes under their name.
  leave(): void {
    sessionStorage.removeItem(SIGNED_IN);
    sessionStorage.removeItem(TOKEN);
  },
  // All but which tab this is: it stays the same one.
  forget(): void {
    const tab = session.tab();
    sessionStorage.clear();
    if (tab !== null) session.keepTab(tab);
  },
  tab: (): string | null => sessionStorage.getItem(TAB),
  keepTab: (id: string): void => sessionStorage.setItem(TAB, id),
  liveEvent: (): string | null => sessionStorage.getItem(LIVE_EVENT),
  keepLiveEvent: (id: string): void => sessionStorage.setItem(LIVE_EVENT, id),
  phase: (liveEventId: string): string | null => sessionStorage.getItem(`${PHASE}/${liveEventId}`),
  keepPhase: (liveEventId: string, phase: string): void => sessionStorage.setItem(`${PHASE}/${liveEventId}`, phase),
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
