// The head of the writing screen: which event, what is unsent, whether the server is reached, who writes, the clock.
import { html, nothing, type TemplateResult } from "lit";
import type { LiveEvent } from "../api";
import type { Tablet } from "../tablet";
import { age } from "../times";
import { icon } from "./icon";

const LONG_MS = 120_000; // the banner's two minutes

export function oldestMs(tablet: Tablet, nowMs: number): number {
  const oldest = tablet.unsent.at(-1);
  return oldest === undefined ? 0 : nowMs - oldest.atMs;
}

export function top(tablet: Tablet, event: LiveEvent, nowMs: number, openSettings: () => void): TemplateResult {
  const { t, me } = tablet;
  const count = tablet.unsent.length;
  const old = oldestMs(tablet, nowMs);
  const role = me === null ? "" : (t.roles[me.name] ?? me.name);
  return html`
    <header class="tablet-top">
      <div>
        <h1>${event.title}</h1>
        <p><span class="tag strong">${event.hashtag}</span></p>
      </div>
      <div class="row push tablet-status">
        <span class=${old >= LONG_MS ? "chip chip-you" : "chip"} id="unsent" data-count=${count}>${icon(count === 0 ? "check" : "tablet")}${count === 0 ? t.unsentNone : t.unsent(count, age(old))}</span>
        <button class=${tablet.reached ? "btn btn-quiet" : "btn btn-quiet btn-you"} id="ready" type="button" @click=${openSettings}>
          ${icon(tablet.reached ? "online" : "offline")}<span>${tablet.reached ? t.ready : t.offline}</span></button>
        <button class="btn tile" type="button" @click=${openSettings}>
          <span class="face" aria-hidden="true">${role.slice(0, 1)}</span><span>${role}</span><span class="hidden">, ${t.settings}</span></button>
      </div>
      <time class="clock">${tablet.time()}</time>
    </header>`;
}

// One at a time, the weightiest.
export function banner(tablet: Tablet, nowMs: number): TemplateResult | typeof nothing {
  const { t } = tablet;
  const away = tablet.awaySinceMs === null ? 0 : nowMs - tablet.awaySinceMs;
  const old = oldestMs(tablet, nowMs);
  if (tablet.event?.state === "closed") return shown("clock", t.bannerClosed(tablet.closedAt), t.bannerClosedDo);
  if (away >= LONG_MS) return shown("offline", t.bannerOffline(age(away)), t.bannerUnsent(tablet.unsent.length));
  if (old >= LONG_MS) return shown("tablet", t.bannerWaiting(age(old)), t.bannerUnsent(tablet.unsent.length));
  return nothing;
}

function shown(name: string, is: string, todo: string): TemplateResult {
  return html`<p class="banner">${icon(name, true)}<span><b>${is}</b> ${todo}</span></p>`;
}

export function phases(tablet: Tablet, event: LiveEvent): TemplateResult {
  const { t } = tablet;
  const at = event.phases.indexOf(tablet.phase);
  const word = (phase: string): string => t.phases[phase] ?? phase.charAt(0).toLocaleUpperCase() + phase.slice(1);
  return html`
    <nav class="phases" aria-label=${t.phaseBar}>
      ${event.phases.map((phase, i) => {
        const choose = (): void => tablet.choosePhase(phase);
        if (i === at)
          return html`<button class="phase" type="button" aria-current="step" @click=${choose}><span class="only-narrow">${t.now}</span> ${word(phase)}</button>`;
        if (i === at + 1)
          return html`<button class="phase phase-next" type="button" @click=${choose}><span class="only-narrow">${t.next}</span> ${word(phase)}</button>`;
        if (i < at) return html`<button class="phase phase-past" type="button" @click=${choose}>${icon("check")}${word(phase)}</button>`;
        return html`<button class="phase" type="button" @click=${choose}>${word(phase)}</button>`;
      })}
    </nav>`;
}
