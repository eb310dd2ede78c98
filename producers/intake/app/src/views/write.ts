// Where updates are made: phrases, the run sheet's card, the text and Send.
import { html, nothing, type TemplateResult } from "lit";
import { live } from "lit/directives/live.js";
import type { LiveEvent } from "../api";
import { pieces } from "../blanks";
import { codePoints, counted, TEXT_MAX } from "../counts";
import { phrasesFor } from "../phrases";
import type { Tablet } from "../tablet";
import { icon } from "./icon";

export function phrases(tablet: Tablet, event: LiveEvent): TemplateResult | typeof nothing {
  const { t } = tablet;
  const found = phrasesFor(event, tablet.phase, tablet.updateLanguage);
  if (found.length === 0) return nothing;
  const blank = (name: "time" | "minutes" | "number" | "step"): string => (name === "time" ? tablet.time() : t.blanks[name]);
  return html`
    <section class="phrases" aria-label=${t.phrases}>
      ${found.map(
        (source) => html`<button class="phrase" type="button" aria-pressed=${tablet.chosenPhrase === source} @click=${() => tablet.tapPhrase(source)}>
          <span lang=${tablet.updateLanguage}>${pieces(source).map((piece) => ("text" in piece ? piece.text : html`<span class="blank">${blank(piece.blank)}</span>`))}</span></button>`,
      )}
    </section>`;
}

export function sheet(tablet: Tablet, event: LiveEvent): TemplateResult | typeof nothing {
  const { t } = tablet;
  const item = event.run_sheet[tablet.item];
  if (item === undefined) return nothing;
  const sent = tablet.isItemSent(item.id);
  const last = event.run_sheet.length - 1;
  return html`
    <section class="sheet" aria-label=${t.runSheet}>
      <p>“${item.text}”</p>
      <p class="state state-good">${icon(sent ? "check" : "signed")}${sent ? t.runSheetSent : t.runSheetSigned}</p>
      <button class="btn btn-big" type="button" @click=${() => tablet.sendItem()}>${sent ? t.sendAgain : t.sendThis}</button>
      ${last === 0
        ? nothing
        : html`<div class="sheet-nav row">
            <button class="btn" type="button" ?disabled=${tablet.item === 0} @click=${() => tablet.moveItem(-1)}>${icon("prev")}<span class="hidden">${t.previousItem}</span></button>
            <span class="state">${t.runSheet} ${t.runSheetPlace(tablet.item + 1, last + 1)}</span>
            <button class="btn" type="button" ?disabled=${tablet.item === last} @click=${() => tablet.moveItem(1)}>${icon("next")}<span class="hidden">${t.nextItem}</span></button>
          </div>`}
    </section>`;
}

export function composer(tablet: Tablet, event: LiveEvent): TemplateResult {
  const { t } = tablet;
  const counts = counted(tablet.text.trim(), event.hashtag, event.destinations.map((d) => d.platform));
  const hint = hintFor(tablet, counts);
  const submit = (at: Event): void => {
    at.preventDefault();
    tablet.send();
  };
  const keys = (key: KeyboardEvent): void => {
    if (key.key === "Enter" && (key.ctrlKey || key.metaKey) && !key.isComposing) submit(key);
  };
  return html`
    <form class="stack sendbox" @submit=${submit}>
      <div class="composer">
        <textarea class="composer-text" id="text" rows="2" aria-label=${t.yourUpdate} aria-describedby="hint" lang=${tablet.updateLanguage} spellcheck="true" autocomplete="off"
          .value=${live(tablet.text)} @input=${(e: InputEvent) => tablet.write((e.target as HTMLTextAreaElement).value)} @keydown=${keys}></textarea>
        <p class=${hint === "" ? "hidden" : "composer-hint"} id="hint" role="status">${hint === "" ? nothing : html`${icon("eye")}<span>${hint}</span>`}</p>
        <div class="counters">
          ${counts.map(
            ({ name, length, limit }) => html`<span>${name || t.characters} <b>${length}</b> <span class="wide">${t.of}</span><span class="only-narrow">/</span> ${limit}</span>`,
          )}
          ${counts[0]?.platform === "any" ? nothing : html`<span class="push wide">${t.withHashtag}</span>`}
        </div>
      </div>
      <div class="actions">
        <button class="btn btn-big btn-primary" id="send" type="submit" aria-disabled=${codePoints(tablet.text.trim()) > TEXT_MAX}>${icon("send")}<span>${t.send}</span></button>
      </div>
    </form>`;
}

function hintFor(tablet: Tablet, counts: ReturnType<typeof counted>): string {
  const { t } = tablet;
  if (tablet.hint === "empty") return t.emptyHint;
  const over = codePoints(tablet.text.trim()) - TEXT_MAX;
  if (over > 0) return t.overMax(over);
  const tight = counts.filter(({ length, limit }) => length > limit).sort((a, b) => a.limit - b.limit)[0];
  if (tight === undefined) return "";
  return t.overLimit(tight.length - tight.limit, tight.name, Math.ceil(tight.length / tight.limit));
}
