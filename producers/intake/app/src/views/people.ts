// Who writes: tiles of people, the PIN pad, and a hand-over in two taps. What is typed on the pad is kept nowhere.
import { html, nothing, type TemplateResult } from "lit";
import tables from "../generated/lengths.json";
import type { Tablet } from "../tablet";
import { age } from "../times";
import { page } from "./doors";
import { icon } from "./icon";

const { least: PIN_MIN, most: PIN_MAX } = tables.pin; // as the desk takes them: streams/pins.py
const TRIES = 5; // wrong ones in a row lock a person on this tablet

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9"] as const;

export class PinPad {
  personId: string | null = null;
  digits = "";
  busy = false;
  private locked: { personId: string; untilMs: number } | null = null;
  private wrong = 0; // since this pad was opened
  private left: number | null = null; // as the server counts, for good

  constructor(private readonly changed: () => void) {}

  open(personId: string): void {
    Object.assign(this, { personId, digits: "", wrong: 0, left: null });
    this.changed();
  }

  shut(): void {
    Object.assign(this, { personId: null, digits: "", wrong: 0, left: null });
    this.changed();
  }

  get tried(): boolean {
    return this.wrong > 0;
  }

  get triesLeft(): number {
    return this.left ?? Math.max(0, TRIES - this.wrong);
  }

  press(digit: string): void {
    if (this.busy || this.digits.length >= PIN_MAX) return;
    this.digits += digit;
    this.changed();
  }

  back(): void {
    this.digits = this.digits.slice(0, -1);
    this.changed();
  }

  // Others may sign in meanwhile.
  lockedMs(nowMs: number): number {
    return this.locked?.personId === this.personId ? Math.max(0, this.locked!.untilMs - nowMs) : 0;
  }

  get whole(): boolean {
    return this.digits.length >= PIN_MIN && !this.busy;
  }

  async enter(tablet: Tablet): Promise<void> {
    const { personId, digits } = this;
    if (personId === null || !this.whole) return;
    this.busy = true;
    this.digits = "";
    this.changed();
    try {
      if (await tablet.signInPerson(personId, digits)) return this.shut();
      if (tablet.personProblem === "wrong-pin") this.wrong += 1;
      this.left = tablet.personTriesLeft;
      if (tablet.personProblem === "locked" && tablet.personRetryAtMs !== null) this.locked = { personId, untilMs: tablet.personRetryAtMs };
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  // A keyboard beside the tablet works as well.
  key(event: KeyboardEvent, tablet: Tablet): void {
    if (this.personId === null || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^\d$/u.test(event.key)) this.press(event.key);
    else if (event.key === "Backspace") this.back();
    else if (event.key === "Escape") this.shut();
    else if (event.key === "Enter" && !(event.target instanceof HTMLButtonElement)) void this.enter(tablet);
    else return;
    event.preventDefault();
  }
}

export function people(tablet: Tablet, pad: PinPad, nowMs: number): TemplateResult {
  const person = tablet.people.find(({ id }) => id === pad.personId);
  return person === undefined ? tiles(tablet, pad) : pinPad(tablet, pad, person.name, nowMs);
}

function tiles(tablet: Tablet, pad: PinPad): TemplateResult {
  const { t, lastPerson } = tablet;
  const sorted = [...tablet.people].sort((a, b) => Number(b.id === lastPerson) - Number(a.id === lastPerson));
  const last = sorted[0];
  return page(html`
    <h1 class="title">${t.whoWrites}</h1>
    ${tablet.readiness.reached ? nothing : html`<p class="note note-you" role="status">${icon("offline")}<span>${t.peopleOffline}</span></p>`}
    ${tablet.unsent.length === 0 ? nothing : html`<p class="note" role="status">${icon("tablet")}<span>${t.bannerUnsent(tablet.unsent.length)}</span></p>`}
    ${sorted.length === 0 ? html`<p class="lead">${t.noPeople}</p><p><button class="btn" type="button" @click=${() => tablet.retry()}>${t.tryAgain}</button></p>` : nothing}
    <ul class="tiles">
      ${sorted.map(
        ({ id, name, initials }) => html`<li><button class="btn btn-big person" type="button" @click=${() => pad.open(id)}>
          <span class="face" aria-hidden="true">${initials}</span><span>${name}</span>${id === lastPerson ? html`<small class="muted">${t.lastHere}</small>` : nothing}</button></li>`,
      )}
    </ul>
    ${tablet.canWriteOffline && last !== undefined
      ? html`<div class="stack">
          <button class="btn btn-big" type="button" @click=${() => tablet.writeOffline()}>${icon("edit")}<span>${t.writeOffline(last.name)}</span></button>
          <p class="small muted">${t.writeOfflineWhy}</p>
        </div>`
      : nothing}`);
}

function pinPad(tablet: Tablet, pad: PinPad, name: string, nowMs: number): TemplateResult {
  const { t } = tablet;
  const lockedMs = pad.lockedMs(nowMs);
  const locked = lockedMs > 0;
  const key = (words: TemplateResult | string, press: () => void, more = "", disabled = false): TemplateResult =>
    html`<button class="btn btn-big key ${more}" type="button" ?disabled=${disabled} @click=${press}>${words}</button>`;
  const submit = (event: Event): void => {
    event.preventDefault();
    void pad.enter(tablet);
  };
  return page(html`
    <form class="pin" @submit=${submit} autocomplete="off">
      <h1 class="title" id="pin-title">${t.pinTitle(name)}</h1>
      <p class="dots" aria-hidden="true">${Array.from({ length: Math.max(PIN_MIN, pad.digits.length) }, (_, i) => html`<span class=${i < pad.digits.length ? "dot dot-full" : "dot"}></span>`)}</p>
      <p class="hidden" role="status">${t.pinTyped(pad.digits.length)}</p>
      <p class="pin-words" role="alert">${problem(tablet, pad, lockedMs)}</p>
      <div class="keys" role="group" aria-labelledby="pin-title">
        ${DIGITS.map((digit) => key(digit, () => pad.press(digit), "", locked))}
        ${key(html`${icon("prev")}<span class="hidden">${t.pinBack}</span>`, () => pad.back(), "", pad.digits === "")}
        ${key("0", () => pad.press("0"), "", locked)}
        <button class="btn btn-big btn-primary key" id="pin-enter" type="submit" ?disabled=${!pad.whole || locked}>${icon("check")}<span class="hidden">${t.pinEnter}</span></button>
      </div>
      <button class="btn btn-big" type="button" @click=${() => pad.shut()}>${icon("users")}<span>${t.someoneElse}</span></button>
    </form>`);
}

function problem(tablet: Tablet, pad: PinPad, lockedMs: number): TemplateResult | typeof nothing {
  const { t, personProblem: code } = tablet;
  if (lockedMs > 0) return html`${icon("lock")}<span>${t.pinLocked(age(lockedMs + 999))}</span>`;
  if (pad.busy) return html`${icon("clock")}<span>${t.pinChecking}</span>`;
  if (pad.digits !== "" || code === null) return nothing;
  if (code === "wrong-pin" && pad.tried) return html`${icon("warn")}<span>${t.pinWrong(pad.triesLeft)}</span>`;
  if (code === "away") return html`${icon("offline")}<span>${t.pinAway}</span>`;
  return nothing;
}
