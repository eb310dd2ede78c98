// The tablet's own identity: a key pair that no script can read, the id it was enrolled under, and signatures with a
// counter that never goes back.
import type { Store, TabletIdentity } from "./store";

const IDENTITY = "tablet";
const COUNTER = "counter";
const CURVE = { name: "ECDSA", namedCurve: "P-256" };

export type Signing = { method: string; path: string; updateId?: string; body?: string };

export class Signer {
  private identity: TabletIdentity | null = null;

  constructor(private readonly store: Store) {}

  // Whether this tablet was enrolled, as the disk has it.
  async load(): Promise<void> {
    const found = await this.store.get("keys", IDENTITY);
    this.identity = typeof found === "object" && "pair" in found ? found : null;
  }

  get tabletId(): string | null {
    return this.identity?.id ?? null;
  }

  get name(): string {
    return this.identity?.name ?? "";
  }

  get isRevoked(): boolean {
    return this.identity?.revoked ?? false;
  }

  // A pair to be enrolled. It is stored before the server hears of it: an answer that is lost is asked for again with
  // the same key, where a new one would find the code used.
  async publicKey(name: string): Promise<JsonWebKey> {
    if (this.identity === null || this.identity.id !== null) {
      const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
      await this.keep({ pair, id: null, name, revoked: false, revokedBy: null });
    }
    const { kty, crv, x, y } = await crypto.subtle.exportKey("jwk", this.identity!.pair.publicKey);
    return { kty: kty!, crv: crv!, x: x!, y: y! };
  }

  // Who switched it off, as far as the server said.
  get revokedBy(): string | null {
    return this.identity?.revokedBy ?? null;
  }

  async enrolled(id: string, name: string): Promise<void> {
    if (this.identity !== null) await this.keep({ ...this.identity, id, name });
  }

  async revoked(by: string | null): Promise<void> {
    if (this.identity === null || (this.identity.revoked && (by === null || this.revokedBy === by))) return;
    this.identity = { ...this.identity, revoked: true, revokedBy: by ?? this.revokedBy };
    await this.keep(this.identity);
  }

  // The headers of one request; of an update they are made once and kept with it. None where nothing is enrolled.
  async sign({ method, path, updateId = "", body = "" }: Signing): Promise<Record<string, string>> {
    if (this.identity === null || this.identity.id === null) return {};
    const [counter, time] = [await this.next(), new Date().toISOString()];
    const message = ["scrubcast/tablet/v1", method, path, time, String(counter), updateId, await sha256Hex(body)].join("\n");
    const made = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, this.identity.pair.privateKey, new TextEncoder().encode(message));
    return {
      "Scrubcast-Device": this.identity.id,
      "Scrubcast-Time": time,
      "Scrubcast-Counter": String(counter),
      "Scrubcast-Signature": base64url(new Uint8Array(made)), // r and s as they are (IEEE P1363), 64 bytes
    };
  }

  // On the disk before it is used: a gap does no harm, a number used twice is a replay.
  private next(): Promise<number> {
    return this.store.write(["keys"], async (tx) => {
      const kept = await tx.objectStore("keys").get(COUNTER);
      const next = (typeof kept === "number" ? kept : 0) + 1;
      await tx.objectStore("keys").put(next, COUNTER);
      return next;
    });
  }

  private async keep(identity: TabletIdentity): Promise<void> {
    await this.store.put("keys", IDENTITY, identity);
    this.identity = identity;
  }
}

export async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

