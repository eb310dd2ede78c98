// The reporter's page without its looks: how it begins, by a token, a session or a director's code, and what ends a
// session or the tablet's use. What it knows and does beside is in the classes below: people, live, writing, state.
import { AwayError, RefusedError, RevokedError, SignedOutError } from "./api";
import { isPersisted, keepPage } from "./offline";
import { People } from "./people";
import { canSeal } from "./seal";
import { fromAddress, session, type SignedIn } from "./session";
import type { EnrolmentProblem } from "./state";
import { NotStoredError } from "./store";

export class Tablet extends People {
  private enrolCode: string | null = null;

  // ——— arriving ———

  async begin(): Promise<void> {
    const { token, code } = fromAddress();
    if (token !== null) {
      session.leave();
      session.keepToken(token);
    }
    if (!canSeal()) return this.go("insecure");
    void this.prepare();
    try {
      await Promise.all([this.signer.load(), this.sender.outbox.refresh()]);
    } catch (error) {
      this.notStored(error);
    }
    this.sender.flush();
    this.enrolCode = code;
    await (code === null ? this.arrive() : this.go("enrol"));
  }

  // Beside everything else: a page that opens without the server, and storage that the browser does not clear.
  private async prepare(): Promise<void> {
    this.persisted = await isPersisted();
    await keepPage(
      (active) => this.say(() => (this.offlineReady = active)),
      () => this.say(() => (this.newVersion = true)),
    );
  }

  // With what this tab knows: somebody who is signed in, a role's token, an enrolled tablet, or nothing.
  private async arrive(): Promise<void> {
    const known = session.signedIn();
    const token = session.token();
    if (known !== null) return this.comeBack(known);
    if (token !== null) return this.signIn(token);
    return this.toPeople();
  }

  // After a reload the page opens with what it has, and asks the server beside: hospital wifi may take its time.
  private async comeBack(known: SignedIn): Promise<void> {
    await this.become(known);
    const event = await this.cachedEvent();
    if (event !== null) await this.enter(event);
    try {
      this.me = await this.api.me();
      await this.findEvents();
    } catch (error) {
      this.away(error, event !== null, known);
    }
  }

  private away(error: unknown, isWriting: boolean, known: SignedIn | null): void {
    if (error instanceof RevokedError) return this.revoked(error.by);
    if (error instanceof SignedOutError && known !== null) return this.signedOut(known.owner);
    if (isWriting && !(error instanceof RefusedError)) return this.heard(false);
    this.signInProblem = error instanceof SignedOutError ? "failed" : error instanceof RefusedError ? "role" : "away";
    this.go("signin");
  }

  async signIn(token: string): Promise<void> {
    this.signInProblem = null;
    this.go("loading");
    this.api = this.apiOf(token);
    try {
      const me = await this.api.me();
      await this.become({ ...me, token, personId: null, owner: `role/${me.role}/${me.name}` });
      await this.findEvents();
    } catch (error) {
      this.away(error, false, null);
    }
  }

  retry(): Promise<void> | void {
    return this.arrive();
  }

  // ——— the end of it ———

  protected signedOut(owner: string): void {
    session.drop(owner);
    if (owner !== this.owner) return;
    this.stopListening();
    if (this.personId !== null) return this.say(() => (this.waitsForPin = true)); // writing goes on; sending waits
    session.leave();
    this.signInProblem = "failed";
    this.go("signin"); // what is unsent stays where it is, and goes on after the next sign-in
  }

  protected revoked(by: string | null): void {
    void this.signer.revoked(by).catch(() => undefined);
    this.stopListening();
    this.drafts.flush();
    this.go("revoked"); // the outbox goes on: the director decides about what was sealed before
  }

  // ——— a tablet of its own ———

  // The director showed a code: this tablet gets a key of its own.
  async enrol(name: string): Promise<void> {
    if (this.enrolCode === null || this.enrolment.busy) return;
    this.say(() => (this.enrolment = { problem: null, busy: true }));
    try {
      const found = await this.api.enrol(this.enrolCode, await this.signer.publicKey(name), name);
      await this.signer.enrolled(found.tablet_id, found.name);
      this.enrolCode = null;
      this.enrolment = { problem: null, busy: false };
      await this.arrive();
    } catch (error) {
      this.say(() => (this.enrolment = { problem: enrolmentProblem(error), busy: false }));
    }
  }
}

function enrolmentProblem(error: unknown): EnrolmentProblem {
  if (error instanceof RefusedError) return error.code === "name-taken" || error.code === "bad-name" ? error.code : "bad-code";
  if (error instanceof RevokedError) return "bad-code";
  if (error instanceof NotStoredError) return "not-kept";
  return error instanceof AwayError && error.tooFast ? "too-fast" : "away";
}
