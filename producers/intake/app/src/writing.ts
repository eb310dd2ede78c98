// Writing: text, phrases and their blanks, the run sheet, Send; what is typed is kept as a draft; and what may be taken
// back, or tried again.
import type { Api, LiveEvent } from "./api";
import { fill, firstEmpty, OF_AN_ITEM, type Piece, pieces, spoken } from "./blanks";
import { codePoints, TEXT_MAX } from "./counts";
import { DraftKeeper } from "./draft";
import { Sender } from "./sender";
import { session } from "./session";
import { TabletState } from "./state";
import { type Entry, NotStoredError } from "./store";
import type { Update } from "./updates";

export abstract class Writing extends TabletState {
  protected readonly drafts = new DraftKeeper(this.store, this.key, (error) => this.notStored(error));
  protected readonly sender = new Sender(this.store, this.key, this.signer, (): Api => this.api, {
    changed: () => this.relist(),
    received: (entry) => this.received(entry),
    takenBack: (id, text) => this.takenBack(id, text),
    notTakenBack: (id, code) => this.say(() => (this.undoProblem = { id, code })),
    reached: (yes) => this.heard(yes),
    signedOut: (owner) => this.signedOut(owner),
    revoked: (by) => this.revoked(by),
  });
  private sending = false;

  protected abstract relist(): void;
  protected abstract received(entry: Entry): void;
  protected abstract signedOut(owner: string): void;
  protected abstract revoked(by: string | null): void;

  // What was typed here and not sent; what is typed already while it is being looked for comes after it.
  protected async recallDraft(liveEventId: string): Promise<void> {
    try {
      const kept = await this.drafts.open(`${liveEventId}/${this.owner}`);
      if (kept !== null) this.text = this.text === "" ? kept : `${kept} ${this.text}`;
      if (this.text !== "") this.drafts.changed(this.text);
      this.changed();
    } catch (error) {
      this.notStored(error);
    }
  }

  write(text: string): void {
    this.text = text;
    this.chosenPhrase = null;
    this.hint = null;
    this.drafts.changed(text);
    this.changed();
  }

  choosePhase(phase: string): void {
    this.phase = phase;
    if (this.event !== null) session.keepPhase(this.event.id, phase);
    this.changed();
  }

  tapPhrase(source: string): void {
    this.continuePhrase(source, pieces(source));
  }

  pick(value: string): void {
    if (this.picking === null) return;
    const { phrase, source, blank, isItem } = this.picking;
    this.picking = null;
    const fuller = fill(phrase, blank, value);
    if (isItem) this.continueItem(source, fuller);
    else this.continuePhrase(source, fuller);
  }

  stopPicking(): void {
    this.picking = null;
    this.changed();
  }

  // Asks for the next blank, or puts the whole phrase into the text: in place of another phrase, after own words.
  private continuePhrase(source: string, phrase: Piece[]): void {
    const blank = firstEmpty(phrase);
    if (blank !== null) {
      this.picking = { phrase, source, blank, isItem: false };
    } else {
      const said = spoken(phrase, this.time());
      const own = this.chosenPhrase === null ? this.text.trimEnd() : "";
      this.text = own === "" ? said : `${own} ${said}`;
      this.chosenPhrase = own === "" ? source : null;
      this.hint = null;
      this.drafts.changed(this.text);
    }
    this.changed();
  }

  send(): void {
    const text = this.text.trim();
    if (text === "") {
      this.hint = "empty";
      this.changed();
      return;
    }
    if (codePoints(text) > TEXT_MAX) return; // the hint under the text says so
    if (this.storage !== "ok") return void this.sendCarefully(text);
    this.text = "";
    this.chosenPhrase = null;
    void this.take(text, null).then((taken) => taken || this.putBack(text));
  }

  // After storage failed once: the text leaves the box only when it is stored.
  private async sendCarefully(text: string): Promise<void> {
    if (this.sending) return;
    this.sending = true;
    const taken = await this.take(text, null);
    this.sending = false;
    const now = this.text.trimStart();
    if (taken && now.startsWith(text)) this.write(now.slice(text.length).trimStart()); // what was typed after it stays
  }

  private putBack(text: string): void {
    const [now, hint] = [this.text, this.hint];
    this.write(now === "" ? text : `${text} ${now}`);
    this.say(() => (this.hint = hint));
  }

  piecesOf(item: LiveEvent["run_sheet"][number]): Piece[] {
    return this.filled?.id === item.id ? this.filled.pieces : pieces(item.text, OF_AN_ITEM);
  }

  // An item whose blanks are empty asks for them first, and goes with the next tap: what goes out was seen whole.
  sendItem(): void {
    const item = this.event?.run_sheet[this.item];
    if (item === undefined) return;
    const found = this.piecesOf(item);
    if (firstEmpty(found) !== null) return this.continueItem(item.id, found);
    void this.take(spoken(found, this.time()), item.id);
    this.moveItem(1);
  }

  fillAnew(): void {
    this.filled = null;
    this.sendItem();
  }

  private continueItem(id: string, found: Piece[]): void {
    const blank = firstEmpty(found);
    if (blank !== null) this.picking = { phrase: found, source: id, blank, isItem: true };
    else this.filled = { id, pieces: found };
    this.changed();
  }

  moveItem(by: number): void {
    this.filled = null;
    const last = (this.event?.run_sheet.length ?? 1) - 1;
    this.item = Math.max(0, Math.min(last, this.item + by));
    this.changed();
  }

  isItemSent(id: string): boolean {
    return this.updates.some((update) => update.item === id) || [...this.server.values()].some((state) => state.run_sheet_item === id);
  }

  edit(update: Update): void {
    if (update.text === null) return;
    this.write(update.text);
  }

  // Whether it is on the disk; if not, the hint says why.
  private async take(text: string, item: string | null): Promise<boolean> {
    if (this.event === null) return false;
    const { event, phase, updateLanguage: lang } = this;
    const draft = item === null ? this.drafts.sent() : null;
    try {
      const stored = this.sender.send({ event, text, item, phase, lang }, draft);
      if (item === null) this.drafts.hold(stored);
      await stored;
      if (this.storage !== "ok") this.say(() => ([this.storage, this.hint] = ["ok", null]));
      return true;
    } catch (error) {
      this.hint = error instanceof NotStoredError && error.why === "full" ? "full" : "not-kept";
      this.notStored(error);
      return false;
    }
  }

  // ——— taking back, and what was refused ———

  undoLeftMs(update: Update): number {
    return this.sender.undoLeftMs(update);
  }

  async undo(update: Update): Promise<void> {
    this.undoProblem = null;
    await this.sender.undo(update);
  }

  private takenBack(id: string, text: string | null): void {
    this.server.set(id, { update_id: id, state: "retracted" });
    if (this.text === "" && text !== null && !this.updates.some((update) => update.id === id && update.item !== null)) this.write(text);
    this.changed();
  }

  tryAgain(update: Update): Promise<void> {
    return this.sender.tryAgain(update.id);
  }

  dismiss(update: Update): Promise<void> {
    return this.sender.dismiss(update.id);
  }
}
