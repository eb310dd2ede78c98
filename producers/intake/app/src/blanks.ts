// Blanks of phrases and of signed items: `{time}` fills itself, the others are picked, and take what their type allows.
import type { Language } from "./api";

export type BlankName = "time" | "minutes" | "number" | "side" | "step";
export type Piece = { text: string; was?: BlankName } | { blank: BlankName };

export const MINUTES = [1, 2, 3, 5, 10, 15, 20, 30, 45] as const;
export const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
export const SIDES: Record<Language, readonly [string, string]> = { en: ["left", "right"], de: ["links", "rechts"], nl: ["links", "rechts"] };

// What the stage takes in a signed item: streams/run_sheet.py, with which tests compare.
export const MOST = { minutes: 600, number: 9_999 } as const;
const COUNT = /^(?:0|[1-9][0-9]{0,3})$/u;

const OF_A_PHRASE: readonly string[] = ["time", "minutes", "number", "side", "step"] satisfies BlankName[];
export const OF_AN_ITEM: readonly string[] = ["time", "minutes", "number", "side"] satisfies BlankName[];

// A blank that is not known stays as it is written, braces and all: the reporter sees that the event's file is wrong.
export function pieces(phrase: string, names = OF_A_PHRASE): Piece[] {
  const found: Piece[] = [];
  for (const part of phrase.split(/(\{[a-z]+\})/u)) {
    const name = part.slice(1, -1);
    if (part.startsWith("{") && names.includes(name)) found.push({ blank: name as BlankName });
    else if (part !== "") found.push({ text: part });
  }
  return found;
}

export function firstEmpty(phrase: readonly Piece[]): BlankName | null {
  for (const piece of phrase) if ("blank" in piece && piece.blank !== "time") return piece.blank;
  return null;
}

export function choices(blank: BlankName, language: Language, phases: readonly string[]): readonly string[] {
  switch (blank) {
    case "minutes":
      return MINUTES.map(String);
    case "number":
      return NUMBERS.map(String);
    case "side":
      return SIDES[language];
    case "step":
      return phases;
    case "time":
      return [];
  }
}

export function isCount(blank: "minutes" | "number", typed: string): boolean {
  return COUNT.test(typed) && Number(typed) <= MOST[blank];
}

// The phrase with one blank fewer.
export function fill(phrase: readonly Piece[], blank: BlankName, value: string): Piece[] {
  const at = phrase.findIndex((piece) => "blank" in piece && piece.blank === blank);
  return phrase.map((piece, i) => (i === at ? { text: value, was: blank } : piece));
}

export function spoken(phrase: readonly Piece[], time: string): string {
  return phrase.map((piece) => ("text" in piece ? piece.text : piece.blank === "time" ? time : `{${piece.blank}}`)).join("");
}
