// People at a shared tablet: tiles and PINs, hand-over, and the last one who may write on while no server can check.
import { AwayError, RefusedError, RevokedError } from "./api";
import { Live } from "./live";
import { session, type SignedIn } from "./session";
import { LOOK_AGAIN_MS } from "./state";
import type { Person } from "./store";

export abstract class People extends Live {
  // ——— who writes ———

  protected async become(found: SignedIn): Promise<void> {
    if (this.owner !== found.owner) this.forgetWords();
    session.keep(found);
    this.owner = found.owner;
    this.me = { role: found.role, name: found.name };
    this.personId = found.personId;
    this.waitsForPin = false;
    this.api = this.apiOf(found.token);
    await this.sender.writes({ owner: found.owner, name: found.name }).catch((error: unknown) => this.notStored(error));
    this.sender.flush();
  }

  signOut(): void {
    if (this.unsent.length > 0) return;
    if (this.personId !== null) void this.api.signOut().catch(() => undefined);
    session.forget();
    this.left();
  }

  // To the next person, unsent or not: what the last one wrote still goes under their name.
  handOver(): void {
    session.leave();
    this.left();
  }

  private left(): void {
    this.forgetWords();
    this.api = this.apiOf(null);
    this.me = null;
    this.personId = null;
    this.owner = "";
    this.waitsForPin = false;
    void this.sender.writes({ owner: "", name: "" }).catch(() => undefined);
    void this.toPeople();
  }

  // Nobody reads what another one has typed: it stays sealed for them.
  private forgetWords(): void {
    this.leaveEvent();
    this.event = null;
    this.text = "";
    this.chosenPhrase = null;
  }

  protected async toPeople(): Promise<void> {
    if (this.signer.tabletId === null) return this.go("signin");
    if (this.signer.isRevoked) return this.go("revoked");
    this.personProblem = null;
    this.go("people");
    await this.recallPeople();
    try {
      this.people = await this.api.people();
      this.heard(true);
      await this.store.put("cache", "people", this.people).catch(() => undefined);
    } catch (error) {
      if (error instanceof RevokedError) return this.revoked(error.by);
      this.personProblem = "away";
      this.heard(false);
    }
    this.changed();
  }

  private async recallPeople(): Promise<void> {
    const [people, last] = await Promise.all([this.store.get("cache", "people"), this.store.get("cache", "person")]).catch(() => []);
    if (Array.isArray(people)) this.people = people as Person[];
    this.lastPerson = last !== undefined && "initials" in last ? last.id : null;
    this.changed();
  }

  async signInPerson(personId: string, pin: string): Promise<boolean> {
    this.say(() => ([this.personProblem, this.personRetryAtMs, this.personTriesLeft] = [null, null, null]));
    try {
      const { token, name, role } = await this.api.signIn(personId, pin);
      const person = this.people.find(({ id }) => id === personId) ?? { id: personId, name, initials: name.slice(0, 1) };
      await this.store.put("cache", "person", person).catch(() => undefined);
      await this.become({ token, name, role, personId, owner: `person/${personId}` });
      await this.findEvents();
      return true;
    } catch (error) {
      this.personRefused(error);
      return false;
    }
  }

  private personRefused(error: unknown): void {
    if (error instanceof RevokedError) return this.revoked(error.by);
    const away = error instanceof AwayError ? error : null;
    const unknown = error instanceof RefusedError && error.code === "unknown-person";
    this.personProblem = unknown ? "unknown-person" : away === null ? "wrong-pin" : away.tooFast ? "locked" : "away";
    this.personTriesLeft = error instanceof RefusedError ? error.triesLeft : null;
    if (away?.tooFast) this.personRetryAtMs = Date.now() + (away.afterMs ?? LOOK_AGAIN_MS);
    this.changed();
  }

  // While the server is away, the last one who was here may write; it goes once their PIN was typed.
  get canWriteOffline(): boolean {
    return this.personProblem === "away" && this.people.some(({ id }) => id === this.lastPerson);
  }

  async writeOffline(): Promise<void> {
    const person = this.people.find(({ id }) => id === this.lastPerson);
    const event = await this.cachedEvent();
    if (!this.canWriteOffline || person === undefined || event === null) return;
    this.owner = `person/${person.id}`;
    this.personId = person.id;
    this.me = { role: "reporter", name: person.name };
    this.waitsForPin = true;
    await this.sender.writes({ owner: this.owner, name: person.name });
    await this.enter(event);
    void this.untilReached();
  }

  // Without a session there is no stream to tell that the server is back.
  private async untilReached(): Promise<void> {
    const { owner } = this;
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      if (!this.waitsForPin || this.reached || this.owner !== owner) return;
      await this.api.people().then(() => this.heard(true)).catch((error: unknown) => error instanceof RevokedError && this.revoked(error.by));
    }
  }
}
