// The three catalogues, each complete by its type.
import type { Language } from "../api";
import { de } from "./de";
import { en } from "./en";
import { nl } from "./nl";

export type Catalogue = typeof en;

const catalogues: Record<Language, Catalogue> = { en, de, nl };
export const LANGUAGES: { code: Language; name: string }[] = [
  { code: "en", name: "English" },
  { code: "de", name: "Deutsch" },
  { code: "nl", name: "Nederlands" },
];

export function catalogue(language: Language): Catalogue {
  return catalogues[language];
}

export function isLanguage(value: string | null | undefined): value is Language {
  return LANGUAGES.some(({ code }) => code === value);
}

// The first language of the browser that there is a catalogue for.
export function preferred(kept: string | null, browser: readonly string[]): Language {
  for (const wish of [kept, ...browser.map((tag) => tag.slice(0, 2).toLowerCase())]) if (isLanguage(wish)) return wish;
  return "en";
}
