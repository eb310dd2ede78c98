// The one element: renders the tablet in the page's own style sheet, and wakes it on time, touch and connection.
import { html, LitElement, type PropertyValues, type TemplateResult } from "lit";
import { Tablet } from "./tablet";
import { choose, insecure, loading, none, signIn } from "./views/doors";
import { picker, settings } from "./views/dialogs";
import { enrol, revoked } from "./views/enrol";
import { Idle } from "./idle";
import { mine } from "./views/mine";
import { people, PinPad } from "./views/people";
import { ready } from "./views/ready";
import { banner, phases, top } from "./views/top";
import { composer, phrases, sheet } from "./views/write";

const TICK_MS = 1_000;
const LOOK_AGAIN = 15; // ticks, while no server can check a PIN
const TOUCHES = ["pointerdown", "keydown", "input"] as const;

export class ScrubcastApp extends LitElement {
  private readonly tablet = new Tablet(() => this.requestUpdate());
  private readonly pad = new PinPad(() => this.requestUpdate());
  private waited = 0;
  private readonly idle = new Idle(() => void this.tablet.handOver());
  private ticking: ReturnType<typeof setInterval> | undefined;

  // In the page itself, not in a shadow: scrubcast.css is one sheet for all pages.
  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    window.addEventListener("keydown", this.typed);
    for (const kind of TOUCHES) window.addEventListener(kind, this.touched, { capture: true, passive: true });
    window.addEventListener("online", this.look);
    window.addEventListener("pageshow", this.look);
    document.addEventListener("visibilitychange", this.look);
    window.addEventListener("pagehide", this.leave);
    void this.tablet.begin();
  }

  override disconnectedCallback(): void {
    clearInterval(this.ticking);
    window.removeEventListener("keydown", this.typed);
    for (const kind of TOUCHES) window.removeEventListener(kind, this.touched, { capture: true });
    window.removeEventListener("online", this.look);
    window.removeEventListener("pageshow", this.look);
    document.removeEventListener("visibilitychange", this.look);
    window.removeEventListener("pagehide", this.leave);
    super.disconnectedCallback();
  }

  private readonly look = (): void => (document.hidden ? this.tablet.leaving() : this.tablet.look());
  private readonly leave = (): void => this.tablet.leaving();

  private readonly touched = (): void => this.idle.touch();
  private readonly typed = (event: KeyboardEvent): void => {
    if (this.tablet.screen === "people") this.pad.key(event, this.tablet);
  };

  private tick(): void {
    const { tablet, pad } = this;
    if (tablet.personId !== null && tablet.screen !== "people") this.idle.look();
    if (tablet.screen === "people" && !tablet.reached && pad.personId === null && ++this.waited % LOOK_AGAIN === 0) void tablet.retry();
    this.requestUpdate();
  }

  private dialog(id: string): HTMLDialogElement | null {
    return this.querySelector<HTMLDialogElement>(`#${id}`);
  }

  protected override updated(_: PropertyValues): void {
    const { tablet } = this;
    const root = document.documentElement;
    if (root.lang !== tablet.language) root.lang = tablet.language;
    if (root.dataset["theme"] !== tablet.theme) root.dataset["theme"] = tablet.theme;
    const title = tablet.event === null ? "scrubcast" : `scrubcast · ${tablet.event.title}`;
    if (document.title !== title) document.title = title;
    const asked = this.dialog("picker");
    if (asked !== null && tablet.picking !== null && !asked.open) asked.showModal();
    if (asked !== null && tablet.picking === null && asked.open) asked.close();
  }

  protected override render(): TemplateResult {
    const { tablet } = this;
    switch (tablet.screen) {
      case "insecure":
        return insecure(tablet);
      case "signin":
        return signIn(tablet);
      case "people":
        return people(tablet, this.pad, Date.now());
      case "enrol":
        return enrol(tablet);
      case "revoked":
        return revoked(tablet);
      case "loading":
        return loading(tablet);
      case "choose":
        return choose(tablet);
      case "none":
        return none(tablet);
      case "writing":
        return this.writing();
    }
  }

  private writing(): TemplateResult {
    const { tablet } = this;
    const { event, t } = tablet;
    if (event === null) return loading(tablet);
    const nowMs = Date.now();
    return html`
      <a class="skip" href="#text">${t.skip}</a>
      <div class="tablet">
        ${top(tablet, event, nowMs, { ready: () => this.dialog("ready-page")?.showModal(), settings: () => this.dialog("settings")?.showModal() })}
        ${banner(tablet, nowMs)}
        ${phases(tablet, event)}
        <main class="write" id="write">${phrases(tablet, event)}${sheet(tablet, event)}${composer(tablet, event)}</main>
        ${mine(tablet, event, nowMs)}
      </div>
      <p class="hidden" role="status">${tablet.announcement}</p>
      ${picker(tablet)} ${settings(tablet, () => this.dialog("settings")?.close())} ${ready(tablet, () => this.dialog("ready-page")?.close())}`;
  }
}
