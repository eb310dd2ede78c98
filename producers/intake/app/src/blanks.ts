// Blanks of a phrase: `{time}` fills itself, the others are picked from short lists. Nobody types into a blank.
export type BlankName = "time" | "minutes" | "number" | "step";
export type Piece = { text: string } | { blank: BlankName };

export const MINUTES = [1, 2, 3, 5, 10, 15, 20, 30, 45] as const;
export const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;

const NAMES: readonly string[] = ["time", "minutes", "number", "step"] satisfies BlankName[];

// A blank that is not known stays as it is written, braces and all: the reporter sees that the event's file is wrong.
export function pieces(phrase: string): Piece[] {
  const found: Piece[] = [];
  for (const part of phrase.split(/(\{[a-z]+\})/u)) {
    const name = part.slice(1, -1);
    if (part.startsWith("{") && NAMES.includes(name)) found.push({ blank: name as BlankName });
    else if (part !== "") found.push({ text: part });
  }
  return found;
}

export function firstEmpty(phrase: readonly Piece[]): BlankName | null {
  for (const piece of phrase) if ("blank" in piece && piece.blank !== "time") return piece.blank;
  return null;
}

// The phrase with one blank fewer.
export function fill(phrase: readonly Piece[], blank: BlankName, value: string): Piece[] {
  const at = phrase.findIndex((piece) => "blank" in piece && piece.blank === blank);
  return phrase.map((piece, i) => (i === at ? { text: value } : piece));
}

export function spoken(phrase: readonly Piece[], time: string): string {
  return phrase.map((piece) => ("text" in piece ? piece.text : piece.blank === "time" ? time : `{${piece.blank}}`)).join("");
}
