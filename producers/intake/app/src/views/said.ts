// A sentence with blanks: what is still open, and what was filled in, stand out.
import { html, type TemplateResult } from "lit";
import type { Piece } from "../blanks";
import type { Tablet } from "../tablet";

export function said(tablet: Tablet, found: readonly Piece[]): (string | TemplateResult)[] {
  return found.map((piece) => {
    if ("text" in piece) return piece.was === undefined ? piece.text : html`<span class="blank blank-filled">${piece.text}</span>`;
    return html`<span class=${piece.blank === "time" ? "blank blank-filled" : "blank"}>${piece.blank === "time" ? tablet.time() : tablet.t.blanks[piece.blank]}</span>`;
  });
}
