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
  return html`
    <section class="panel mine" aria-labelledby="mine">
      <div class="panel-head">
        <h2 id="mine">${t.mine}</h2>
        <span class="state push">${t.newestFirst}</span>
      </div>
      ${tablet.updates.length === 0
        ? html`<p class="panel-body muted">${t.noneYet}</p>`
        : html`<ol>${repeat(tablet.updates, (update) => update.id, (update) => row(tablet, update, around))}</ol>`}
    </section>`;
}

function row(tablet: Tablet, update: Update, around: Around): TemplateResult {
  const { t } = tablet;
  const shown = shownAs(update, tablet.server.get(update.id), around);
  const at = clock(update.atMs, around.timezone);
  return html`
    <li data-id=${update.id}>
      <time datetime=${new Date(update.atMs).toISOString()}>${at}</time>
      <div>
        <p class=${update.text === null ? "text muted" : "text"}>${update.text ?? t.textNotKept}</p>
        <p class="state ${shown.tone}">${icon(shown.icon)}<span>${shown.words}</span></p>
      </div>
      ${action(tablet, update, shown)}
    </li>`;
}

function action(tablet: Tablet, update: Update, shown: ReturnType<typeof shownAs>): TemplateResult | typeof nothing {
  const { t } = tablet;
  if (shown.editable) return html`<button class="btn" type="button" @click=${() => tablet.edit(update)}>${icon("edit")}<span>${t.edit}</span></button>`;
  if (shown.link === null || !/^https?:\/\//u.test(shown.link)) return nothing;
  return html`<a class="btn" href=${shown.link} target="_blank" rel="noopener noreferrer">${shown.post === null ? t.look : t.post(shown.post)}</a>`;
}
