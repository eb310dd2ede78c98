// The ready light and its page: each thing a tablet needs, what is, and what to do.
import { html, nothing, type TemplateResult } from "lit";
import type { Tablet } from "../tablet";
import { icon } from "./icon";

type Check = { good: boolean; title: string; words: string; action?: TemplateResult };

// What is missing, the first thing to do first.
export function checks(tablet: Tablet): Check[] {
  const { t, readiness: r } = tablet;
  const minutes = Math.round(Math.abs(r.clockSkewMs ?? 0) / 60_000);
  const found: Check[] = [
    { good: r.reached, title: t.readyServer, words: r.reached ? t.readyServerYes : t.readyServerNo },
    { good: r.keyFetched, title: t.readyKey, words: r.keyFetched ? t.readyKeyYes : t.readyKeyNo },
    {
      good: r.enrolled === "yes",
      title: r.enrolled === "yes" ? t.readyEnrolledAs(r.tabletName) : t.readyEnrolled,
      words: { yes: t.readyEnrolledYes, no: t.readyEnrolledNo, revoked: t.readyEnrolledRevoked }[r.enrolled],
    },
    { good: r.installed, title: t.readyInstalled, words: r.installed ? t.readyInstalledYes : isApple() ? t.readyInstalledApple : t.readyInstalledNo },
    { good: r.offlineReady, title: t.readyOffline, words: r.offlineReady ? t.readyOfflineYes : t.readyOfflineNo },
    {
      good: r.persisted === true && r.storage === "ok",
      title: t.readyStorage,
      words: r.storage === "full" ? t.storageFull : r.storage === "unavailable" ? t.readyStorageNone : r.persisted === true ? t.readyStorageYes : t.readyStorageNo,
      ...(r.storage === "ok" && r.persisted !== true
        ? { action: html`<button class="btn" type="button" @click=${() => void tablet.askPersistence()}>${t.readyStorageAsk}</button>` }
        : {}),
    },
    {
      good: r.clockInStep === true,
      title: t.readyClock,
      words: r.clockInStep === null ? t.readyClockUnknown : r.clockInStep ? t.readyClockYes : t.clockWrong(t.off(minutes)),
    },
  ];
  return [...found.filter(({ good }) => !good), ...found.filter(({ good }) => good)];
}

export type Light = { icon: string; words: string; you: boolean };

// One word in the head of the page: the worst that is.
export function light({ t, reached, readiness }: Tablet): Light {
  if (!reached) return { icon: "offline", words: t.offline, you: true };
  if (!readiness.ready) return { icon: "open", words: t.notReady, you: true };
  return { icon: "online", words: t.ready, you: false };
}

export function ready(tablet: Tablet, close: () => void): TemplateResult {
  const { t } = tablet;
  const all = checks(tablet);
  const missing = all.filter(({ good }) => !good).length;
  const unsent = tablet.unsent.length;
  return html`
    <dialog id="ready-page" aria-labelledby="ready-title">
      <div class="stack-l">
        <div class="row dialog-head"><h2 id="ready-title">${missing === 0 ? t.readyAll : t.readyMissing(missing)}</h2><button class="btn push" type="button" @click=${close}>${icon("x")}<span>${t.close}</span></button></div>
        <ul class="panel checks ready-list">
          ${all.map(
            ({ good, title, words, action }) => html`<li>
              <span class=${good ? "good" : "open"}>${icon(good ? "check" : "open", true)}<span class="hidden">${good ? t.readyDone : t.readyOpen}</span></span>
              <div><h3>${title}</h3><p>${words}</p></div>
              ${action ?? nothing}
            </li>`,
          )}
          <li>
            <span class=${unsent === 0 ? "good" : "open"}>${icon(unsent === 0 ? "check" : "tablet", true)}</span>
            <div><h3>${t.readyKept}: ${unsent}</h3><p>${t.readyKeptDo}</p></div>
          </li>
        </ul>
      </div>
    </dialog>`;
}

function isApple(): boolean {
  return "standalone" in navigator; // Safari on iPad and iPhone alone has it
}
