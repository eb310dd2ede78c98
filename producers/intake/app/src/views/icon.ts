import { html, type TemplateResult } from "lit";

// An icon of the shell's sprite; always beside a word.
export function icon(name: string, large = false): TemplateResult {
  return html`<svg class=${large ? "icon icon-l" : "icon"} aria-hidden="true"><use href="#i-${name}"></use></svg>`;
}
