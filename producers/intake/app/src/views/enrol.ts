// A tablet joins: the director's code was scanned, now it gets a name. And what a tablet says that was switched off.
import { html, nothing, type TemplateResult } from "lit";
import type { Tablet } from "../tablet";
import { page } from "./doors";
import { icon } from "./icon";

const NAME_MAX = 40;

export function enrol(tablet: Tablet): TemplateResult {
  const { t, enrolment } = tablet;
  const words = { "bad-code": t.enrolBadCode, away: t.enrolAway, "too-fast": t.enrolTooFast, "not-kept": t.readyStorageNone, "name-taken": t.enrolNameTaken, "bad-name": t.enrolBadName };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = new FormData(event.target as HTMLFormElement).get("name");
    if (typeof name === "string" && name.trim() !== "" && !enrolment.busy) void tablet.enrol(name.trim());
  };
  return page(html`
    <h1 class="title">${t.enrolTitle}</h1>
    <p class="lead">${t.enrolLead}</p>
    ${enrolment.problem === null ? nothing : html`<p class="note note-you" role="alert">${icon(enrolment.problem === "away" ? "offline" : "key")}<span>${words[enrolment.problem]}</span></p>`}
    <form class="stack" @submit=${submit}>
      <label class="stack"><span class="strong">${t.enrolName}</span>
        <input class="field" name="name" type="text" autocomplete="off" maxlength=${NAME_MAX} required placeholder=${t.enrolExample}></label>
      <button class="btn btn-big btn-primary" type="submit" aria-disabled=${enrolment.busy}>${icon("tablet")}<span>${enrolment.busy ? t.enrolBusy : t.enrolDo}</span></button>
    </form>`);
}

export function revoked(tablet: Tablet): TemplateResult {
  const { t } = tablet;
  return page(html`
    <h1 class="title">${tablet.revokedBy === null ? t.revokedTitle : t.revokedTitleBy(tablet.revokedBy)}</h1>
    <p class="lead" role="status">${icon("stop")} ${t.revokedLead(tablet.heldBack)}</p>
    <p>${t.revokedDo}</p>`);
}
