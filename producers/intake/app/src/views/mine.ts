// My updates, the newest first, each with its time, its text and what became of it.
import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import type { LiveEvent } from "../api";
import type { Tablet } from "../tablet";
import { clock } from "../times";
import { type Around, shownAs, type Update } from "../updates";
import { icon } from "./icon";

export function mine(tablet: Tablet, event: LiveEvent, nowMs: number): TemplateResult {
  const { t } = tablet;
  const around: Around = { t, nowMs, closedAt: tablet.closedAt, timezone: event.timezone, awaySinceMs: tablet.awaySinceMs };
  const latest = tablet.updates.find(({ by }) => by === null);
  return html`
    <section class="panel mine" aria-labelledby="mine">
      <div class="panel-head">
        <h2 id="mine">${t.mine}</h2>
        <span class="state push">${t.newestFirst}</span>
      </div>
      ${tablet.updates.length === 0
        ? html`<p class="panel-body muted">${t.noneYet}</p>`
        : html`<ol>${repeat(tablet.updates, (update) => update.id, (update) => row(tablet, update, around, update === latest))}</ol>`}
    </section>`;
}

function row(tablet: Tablet, update: Update, around: Around, latest: boolean): TemplateResult {
  const { t } = tablet;
  const shown = shownAs(update, tablet.server.get(update.id), around);
  const at = clock(update.atMs, around.timezone);
  return html`
    <li data-id=${update.id}>
      <time datetime=${new Date(update.atMs).toISOString()}>${at}</time>
      <div>
        <p class=${update.text === null ? "text muted" : "text"} dir="auto">${update.text ?? (update.by === null ? t.textNotKept : t.someoneElses(update.by))}</p>
        <p class="state ${shown.tone}">${icon(shown.icon)}<span>${shown.words}</span></p>
        ${tablet.undoProblem?.id === update.id ? html`<p class="state state-you">${icon("undo")}<span>${tablet.undoProblem.code === "too-late" ? t.undoTooLate : t.undoAway}</span></p>` : nothing}
      </div>
      ${action(tablet, update, shown, latest)}
    </li>`;
}

function action(tablet: Tablet, update: Update, shown: ReturnType<typeof shownAs>, latest: boolean): TemplateResult | typeof nothing {
  const { t } = tablet;
  const gone = shown.editable || tablet.server.get(update.id)?.state === "retracted"; // nothing is left to take back
  const left = latest && !gone ? Math.ceil(tablet.undoLeftMs(update) / 1000) : 0;
  if (left > 0) return html`<button class="btn undo" type="button" @click=${() => void tablet.undo(update)}>${icon("undo")}<span>${t.undo}</span><span class="muted" aria-hidden="true">${left} s</span></button>`;
  if (update.local.kind === "kept" && update.by === null) return kept(tablet, update, shown.editable);
  if (shown.editable) return html`<button class="btn" type="button" @click=${() => tablet.edit(update)}>${icon("edit")}<span>${t.edit}</span></button>`;
  if (shown.link === null || !/^https?:\/\//u.test(shown.link)) return nothing;
  return html`<a class="btn" href=${shown.link} target="_blank" rel="noopener noreferrer">${shown.post === null ? t.look : t.post(shown.post)}</a>`;
}

// The server refused it: it waits for its writer, who may change it, try once more, or put it away.
function kept(tablet: Tablet, update: Update, editable: boolean): TemplateResult {
  const { t } = tablet;
  return html`<div class="row row-wrap kept">
    ${editable ? html`<button class="btn" type="button" @click=${() => tablet.edit(update)}>${icon("edit")}<span>${t.edit}</span></button>` : nothing}
    <button class="btn" type="button" @click=${() => void tablet.tryAgain(update)}>${icon("return")}<span>${t.tryAgain}</span></button>
    <button class="btn" type="button" @click=${() => void tablet.dismiss(update)}>${icon("x")}<span>${t.putAway}</span></button>
  </div>`;
}
