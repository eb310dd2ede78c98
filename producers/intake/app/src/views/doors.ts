// The screens before writing: signing in, choosing the event, and what to do when neither is possible.
import { html, nothing, type TemplateResult } from "lit";
import type { Tablet } from "../tablet";
import { day } from "../times";
import { icon } from "./icon";

// A director's code for a tablet, as the desk shows it to be typed: 128 bits in base32.
const CODE = /^[A-Z2-7]{26}$/u;

// As if it had been scanned.
function joinWith(code: string): void {
  location.hash = `enrol=${code}`;
  location.reload();
}

export function insecure({ t }: Tablet): TemplateResult {
  return page(html`<h1 class="title">${t.insecureTitle}</h1><p class="lead">${t.insecureLead}</p>`);
}

export function loading({ t }: Tablet): TemplateResult {
  return page(html`<p class="lead" role="status">${t.loading}</p>`);
}

export function signIn(tablet: Tablet): TemplateResult {
  const { t, signInProblem } = tablet;
  const words = { failed: t.signInFailed, role: t.signInRole, away: t.signInAway };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const token = new FormData(event.target as HTMLFormElement).get("token");
    if (typeof token !== "string" || token.trim() === "") return;
    const code = token.replace(/[\s-]/gu, "").toUpperCase();
    if (CODE.test(code)) return joinWith(code);
    void tablet.signIn(token.trim());
  };
  return page(html`
    <h1 class="title">${t.signInTitle}</h1>
    <p class="lead">${t.signInLead}</p>
    ${signInProblem === null ? nothing : html`<p class="note note-you" role="alert">${icon(signInProblem === "away" ? "offline" : "key")}<span>${words[signInProblem]}</span></p>`}
    ${tablet.unsent.length === 0 ? nothing : html`<p class="note">${icon("tablet")}<span>${t.bannerUnsent(tablet.unsent.length)}</span></p>`}
    <form class="stack" @submit=${submit}>
      <label class="stack"><span class="strong">${t.token}</span>
        <input class="field" name="token" type="password" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="400" required></label>
      <button class="btn btn-big btn-primary" type="submit">${icon("key")}<span>${t.signIn}</span></button>
      ${signInProblem === "away" ? html`<button class="btn btn-big" type="button" @click=${() => tablet.retry()}>${t.tryAgain}</button>` : nothing}
    </form>`);
}

export function choose(tablet: Tablet): TemplateResult {
  const { t } = tablet;
  return page(html`
    <h1 class="title">${t.chooseTitle}</h1>
    <div class="stack">
      ${tablet.events.map((event) => {
        const opens = Date.parse(event.window.opens);
        const soon = opens > Date.now() ? html` · ${t.opens(day(opens, event.timezone, tablet.language))}` : nothing;
        return html`<button class="btn btn-big choice" type="button" @click=${() => tablet.enter(event)}>
          <span>${event.title}<small><span class="tag">${event.hashtag}</span>${soon}</small></span>${icon("next")}</button>`;
      })}
    </div>`);
}

export function none(tablet: Tablet): TemplateResult {
  const { t } = tablet;
  return page(html`
    <h1 class="title">${t.noneTitle}</h1>
    <p class="lead" role="status">${t.noneLead}</p>
    <p><button class="btn" type="button" @click=${() => tablet.retry()}>${t.tryAgain}</button></p>`);
}

export function page(content: TemplateResult): TemplateResult {
  return html`<main class="page page-narrow door"><p class="brand">${icon("brand")}scrubcast</p>${content}</main>`;
}
