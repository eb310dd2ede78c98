// Two dialogs: the picker of a blank, and settings, where the tablet changes hands.
import { html, nothing, type TemplateResult } from "lit";
import { type BlankName, choices, isCount, MOST } from "../blanks";
import { LANGUAGES } from "../catalogue/index";
import type { Tablet } from "../tablet";
import { icon } from "./icon";
import { said } from "./said";

export function picker(tablet: Tablet): TemplateResult {
  const { t, picking, event } = tablet;
  const titles: Record<BlankName, string> = { minutes: t.pickMinutes, number: t.pickNumber, side: t.pickSide, step: t.pickStep, time: "" };
  return html`
    <dialog id="picker" aria-labelledby="picker-title" @close=${() => tablet.stopPicking()}>
      ${picking === null
        ? nothing
        : html`<div class="stack">
            <h2 id="picker-title">${titles[picking.blank]}</h2>
            <p lang=${tablet.updateLanguage}>${said(tablet, picking.phrase)}</p>
            <div class="choices">${choices(picking.blank, tablet.updateLanguage, event?.phases ?? []).map((choice) => html`<button class="btn btn-big" type="button" @click=${() => tablet.pick(choice)}>${choice}</button>`)}</div>
            ${picking.blank === "minutes" || picking.blank === "number" ? another(tablet, picking.blank) : nothing}
            <button class="btn" type="button" @click=${() => tablet.stopPicking()}>${t.cancel}</button>
          </div>`}
    </dialog>`;
}

// A count that is not among the choices; what its type does not allow is not taken.
function another(tablet: Tablet, blank: "minutes" | "number"): TemplateResult {
  const { t } = tablet;
  const judge = (at: Event): void => {
    const field = at.target as HTMLInputElement;
    field.setCustomValidity(field.value === "" || isCount(blank, field.value) ? "" : t.pickAtMost(MOST[blank]));
  };
  const take = (at: SubmitEvent): void => {
    at.preventDefault();
    const form = at.target as HTMLFormElement;
    const { value } = form.elements.namedItem("count") as HTMLInputElement;
    form.reset();
    tablet.pick(value);
  };
  return html`<form class="row another" @submit=${take}>
    <input class="field" name="count" inputmode="numeric" autocomplete="off" maxlength="4" required aria-label=${t.pickAnother} placeholder=${t.pickAnother} @input=${judge}>
    <button class="btn btn-big" type="submit">${t.pickTake}</button>
  </form>`;
}

export function settings(tablet: Tablet, close: () => void): TemplateResult {
  const { t, event } = tablet;
  const unsent = tablet.unsent.length;
  const leave = (): void => {
    close();
    tablet.signOut();
  };
  const handOver = (): void => {
    close();
    void tablet.handOver();
  };
  return html`
    <dialog id="settings" aria-labelledby="settings-title">
      <div class="stack-l">
        <div class="row dialog-head"><h2 id="settings-title">${t.settingsTitle}</h2><button class="btn push" type="button" @click=${close}>${icon("x")}<span>${t.close}</span></button></div>
        ${tablet.personId === null
          ? nothing
          : html`<section class="stack">
              <button class="btn btn-big btn-block" id="hand-over" type="button" @click=${handOver}>${icon("users")}<span>${t.someoneElse}</span></button>
              <p class="small muted">${unsent === 0 ? t.handOverWhy : t.handOverUnsent(unsent)}</p>
            </section>`}
        ${choice("language", t.interfaceLanguage, LANGUAGES.map(({ code, name }) => [code, name]), tablet.language, (value) => tablet.chooseLanguage(value))}
        ${event === null || event.languages.length < 2
          ? nothing
          : choice("update-language", t.updateLanguage, LANGUAGES.filter(({ code }) => event.languages.includes(code)).map(({ code, name }) => [code, name]), tablet.updateLanguage, (value) => tablet.chooseUpdateLanguage(value))}
        ${choice("theme", t.theme, [["dark", t.dark], ["light", t.light]], tablet.theme, (value) => tablet.chooseTheme(value === "light" ? "light" : "dark"))}
        ${tablet.personId === null
          ? html`<div class="row row-wrap">
              <button class="btn" type="button" ?disabled=${unsent > 0} @click=${leave}>${t.signOut}</button>
              ${unsent > 0 ? html`<span class="small muted">${t.signOutUnsent}</span>` : nothing}
            </div>`
          : nothing}
      </div>
    </dialog>`;
}

function choice(name: string, legend: string, options: readonly (readonly [string, string])[], chosen: string, choose: (value: string) => void): TemplateResult {
  return html`
    <fieldset class="reasons">
      <legend>${legend}</legend>
      ${options.map(
        ([value, words]) => html`<label class="btn"><input type="radio" name=${name} value=${value} .checked=${value === chosen} @change=${() => choose(value)}>${words}</label>`,
      )}
    </fieldset>`;
}
