// The head of the writing screen: which event, what is unsent, whether the server is reached, who writes, the clock.
import { html, nothing, type TemplateResult } from "lit";
import type { LiveEvent } from "../api";
import type { Tablet } from "../tablet";
import { age } from "../times";
import { icon } from "./icon";
import { light } from "./ready";

const LONG_MS = 120_000; // the banner's two minutes

export function oldestMs(tablet: Tablet, nowMs: number): number {
  const oldest = tablet.unsent.at(-1);
  return oldest === undefined ? 0 : nowMs - oldest.atMs;
}

export type Opens = { ready: () => void; settings: () => void };

export function top(tablet: Tablet, event: LiveEvent, nowMs: number, opens: Opens): TemplateResult {
  const { t, me } = tablet;
  const count = tablet.unsent.length;
  const old = oldestMs(tablet, nowMs);
  const name = me === null ? "" : (t.roles[me.name] ?? me.name);
  const shownLight = light(tablet);
  return html`
    <header class="tablet-top">
      <div>
        <h1>${event.title}</h1>
        <p>${event.training === true ? html`<b class="state-you" id="training">${t.training}</b> · ` : nothing}<span class="tag strong">${event.hashtag}</span></p>
      </div>
      <div class="row push tablet-status">
        <span class=${old >= LONG_MS ? "chip chip-you" : "chip"} id="unsent" data-count=${count}>${icon(count === 0 ? "check" : "tablet")}${count === 0 ? t.unsentNone : t.unsent(count, age(old))}</span>
        <button class=${shownLight.you ? "btn btn-quiet btn-you" : "btn btn-quiet"} id="ready" type="button" @click=${opens.ready}>
          ${icon(shownLight.icon)}<span>${shownLight.words}</span></button>
        <button class="btn tile" id="who" type="button" @click=${opens.settings}>
          <span class="face" aria-hidden="true">${initials(name)}</span><span>${name}</span><span class="hidden">, ${tablet.personId === null ? t.settings : t.handOverOrSettings}</span></button>
      </div>
      <time class="clock">${tablet.time()}</time>
    </header>`;
}

function initials(name: string): string {
  const parts = name.split(/\s+/u).filter((part) => /^\p{L}/u.test(part));
  return [parts[0], parts.length > 1 ? parts.at(-1) : undefined].map((part) => (part === undefined ? "" : ([...part][0] ?? ""))).join("").toLocaleUpperCase();
}

// One at a time, the weightiest; each ends by itself.
export function banner(tablet: Tablet, nowMs: number): TemplateResult | typeof nothing {
  const { t, readiness } = tablet;
  const away = tablet.awaySinceMs === null ? 0 : nowMs - tablet.awaySinceMs;
  const old = oldestMs(tablet, nowMs);
  const count = tablet.unsent.length;
  if (readiness.storage === "full") return shown("warn", t.storageFull, "");
  if (readiness.storage === "unavailable") return shown("warn", t.storageNone, t.storageNoneDo);
  if (tablet.event?.state === "closed") return shown("clock", t.bannerClosed(tablet.closedAt), t.bannerClosedDo);
  if (tablet.waitsForPin && tablet.reached) {
    const type = html`<button class="btn push" type="button" @click=${() => tablet.handOver()}>${icon("lock")}<span>${t.pinType}</span></button>`;
    return shown("lock", t.bannerPin(count), "", type);
  }
  if (away >= LONG_MS) return shown("offline", t.bannerOffline(age(away)), t.bannerUnsent(count));
  if (tablet.event?.standing === "withdrawn") return shown("stop", t.bannerWithdrawn, t.bannerWithdrawnDo);
  if (tablet.event?.standing === "stopped") return shown("stop", t.bannerStopped, t.bannerStoppedDo);
  const again = tablet.connectedAgain;
  if (again !== null) return shown("check", t.bannerConnected, again === 0 ? "" : t.bannerReceived(again));
  if (old >= LONG_MS) return shown("tablet", t.bannerWaiting(age(old)), t.bannerUnsent(count));
  if (tablet.waitsForPin) return shown("lock", t.bannerNoPin, t.bannerNoPinDo);
  if (tablet.event?.standing === "held") return shown("pause", t.bannerHeld, t.bannerHeldDo);
  if (tablet.event?.text_only === true) return shown("eye", t.bannerTextOnly, t.bannerTextOnlyDo);
  if (readiness.clockInStep === false) return shown("clock", t.clockWrong(t.off(Math.round(Math.abs(readiness.clockSkewMs ?? 0) / 60_000))), "");
  if (tablet.newVersion && tablet.text === "" && count === 0) {
    return shown("return", t.bannerNewer, "", html`<button class="btn push" type="button" @click=${() => location.reload()}>${t.reload}</button>`);
  }
  return nothing;
}

function shown(name: string, is: string, todo: string, action: TemplateResult | typeof nothing = nothing): TemplateResult {
  return html`<div class="banner" role="status">${icon(name, true)}<span><b>${is}</b> ${todo}</span>${action}</div>`;
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
