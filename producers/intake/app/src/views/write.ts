// Where updates are made: phrases, the run sheet's card, the text and Send.
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { LiveEvent } from "../api";
import { firstEmpty, pieces } from "../blanks";
import { aroundOf, codePoints, counted, TEXT_MAX } from "../counts";
import { type Mark, marks } from "../hints";
import { phrasesFor } from "../phrases";
import type { Tablet } from "../tablet";
import { icon } from "./icon";
import { said } from "./said";

export function phrases(tablet: Tablet, event: LiveEvent): TemplateResult | typeof nothing {
  const { t } = tablet;
  const found = phrasesFor(event, tablet.phase, tablet.updateLanguage);
  if (found.length === 0) return nothing;
  return html`
    <section class="phrases" aria-label=${t.phrases}>
      ${found.map(
        (source) => html`<button class="phrase" type="button" aria-pressed=${tablet.chosenPhrase === source} @click=${() => tablet.tapPhrase(source)}>
          <span lang=${tablet.updateLanguage}>${said(tablet, pieces(source))}</span></button>`,
      )}
    </section>`;
}

export function sheet(tablet: Tablet, event: LiveEvent): TemplateResult | typeof nothing {
  const { t } = tablet;
  const item = event.run_sheet[tablet.item];
  if (item === undefined) return nothing;
  const sent = tablet.isItemSent(item.id);
  const last = event.run_sheet.length - 1;
  const found = tablet.piecesOf(item);
  const [open, isFilled] = [firstEmpty(found) !== null, tablet.filled !== null];
  const signed = event.text_only === true ? t.runSheetPhysician : t.runSheetSigned;
  return html`
    <section class="sheet" aria-label=${t.runSheet}>
      <p dir="auto">“${said(tablet, found)}”</p>
      <p class="state state-good">${icon(sent ? "check" : "signed")}${sent ? t.runSheetSent : signed}</p>
      <button class="btn btn-big" type="button" @click=${() => tablet.sendItem()}>${open ? t.fillIn : sent ? t.sendAgain : t.sendThis}</button>
      ${last === 0 && !isFilled
        ? nothing
        : html`<div class="sheet-nav row">
            ${isFilled ? html`<button class="btn" id="fill-anew" type="button" @click=${() => tablet.fillAnew()}>${icon("edit")}<span>${t.fillAnew}</span></button>` : nothing}
            <button class="btn" type="button" ?disabled=${tablet.item === 0} @click=${() => tablet.moveItem(-1)}>${icon("prev")}<span class="hidden">${t.previousItem}</span></button>
            <span class="state">${t.runSheet} ${t.runSheetPlace(tablet.item + 1, last + 1)}</span>
            <button class="btn" type="button" ?disabled=${tablet.item === last} @click=${() => tablet.moveItem(1)}>${icon("next")}<span class="hidden">${t.nextItem}</span></button>
          </div>`}
    </section>`;
}

const DOUBLE_TAP_MS = 1_000; // a second tap on an empty box so soon after Send is the first one's echo
const MIRRORED_MAX = 4_000; // of a pasted novel the beginning is marked; it cannot be sent as it is
let sentAtMs = 0;

export function composer(tablet: Tablet, event: LiveEvent): TemplateResult {
  const { t } = tablet;
  const counts = counted(tablet.text.trim(), aroundOf(event, Date.now()), event.destinations.map((d) => d.platform));
  const found = tablet.text.length > MIRRORED_MAX ? [] : marks(tablet.text);
  const hints = hintsFor(tablet, counts, found);
  const submit = (at: Event): void => {
    at.preventDefault();
    const length = codePoints(tablet.text.trim());
    if (length === 0 && performance.now() - sentAtMs < DOUBLE_TAP_MS) return;
    if (length > 0 && length <= TEXT_MAX) sentAtMs = performance.now();
    tablet.send();
  };
  const keys = (key: KeyboardEvent): void => {
    if (key.key === "Enter" && (key.ctrlKey || key.metaKey) && !key.isComposing) submit(key);
  };
  const scrolled = (at: Event): void => {
    const box = at.target as HTMLTextAreaElement;
    box.previousElementSibling!.scrollTop = box.scrollTop;
  };
  return html`
    <form class="stack sendbox" @submit=${submit}>
      <div class="composer">
        <div class="typed">
          <div class="composer-text mirror" aria-hidden="true" dir="auto" lang=${tablet.updateLanguage}>${mirror(tablet.text.slice(0, MIRRORED_MAX), found)}</div>
          <textarea class="composer-text" id="text" rows="2" dir="auto" aria-label=${t.yourUpdate} aria-describedby="hint" lang=${tablet.updateLanguage} spellcheck="true" autocomplete="off"
            .value=${live(tablet.text)} @input=${(e: InputEvent) => tablet.write((e.target as HTMLTextAreaElement).value)} @keydown=${keys} @scroll=${scrolled}></textarea>
        </div>
        <div class=${hints.length === 0 ? "hidden" : "hints"} id="hint" role="status">${hints.map((hint) => html`<p class="composer-hint">${icon("eye")}<span>${hint}</span></p>`)}</div>
        <div class="counters">
          ${counts.map(
            ({ name, length, limit }) => html`<span class=${length > limit ? "over" : ""}>${name || t.characters} <b>${length}</b> <span class="wide">${t.of}</span><span class="only-narrow">/</span> ${limit}</span>`,
          )}
          ${counts[0]?.platform === "any" ? nothing : html`<span class="push wide">${t.withHashtag}</span>`}
        </div>
      </div>
      <div class="actions">
        <button class="btn btn-big btn-primary" id="send" type="submit" aria-disabled=${codePoints(tablet.text.trim()) > TEXT_MAX}>${icon("send")}<span>${t.send}</span></button>
      </div>
    </form>`;
}

// The same words behind the text, where only the lines under them are seen. What ends in a new line has one more.
function mirror(text: string, found: readonly Mark[]): unknown[] {
  const pieces: unknown[] = [];
  let at = 0;
  for (const { start, end } of found) {
    pieces.push(text.slice(at, start), html`<mark class="suspect">${text.slice(start, end)}</mark>`);
    at = end;
  }
  return [...pieces, text.slice(at), "\u200b"];
}

function hintsFor(tablet: Tablet, counts: ReturnType<typeof counted>, found: readonly Mark[]): string[] {
  const { t } = tablet;
  if (tablet.hint === "empty") return [t.emptyHint];
  if (tablet.hint === "full") return [t.storageFull];
  if (tablet.hint === "not-kept") return [t.notKept];
  const over = codePoints(tablet.text.trim()) - TEXT_MAX;
  if (over > 0) return [t.overMax(over)];
  const hints: string[] = [];
  const kinds = [...new Set(found.map(({ kind }) => kind))];
  const named = kinds.every((kind) => kind === "name" || kind === "relative");
  if (kinds.length > 0) hints.push(named ? t.hintName : t.hintKinds(kinds.map((kind) => t.kinds[kind] ?? kind).join(", ")));
  const tight = counts.filter(({ length, limit }) => length > limit).sort((a, b) => a.limit - b.limit)[0];
  if (tight !== undefined) hints.push(t.overLimit(tight.length - tight.limit, tight.name, tight.parts));
  return hints;
}
