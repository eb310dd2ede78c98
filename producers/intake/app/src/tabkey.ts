// The tablet's own AES key: seals what has to be shown again on this tablet alone (drafts, unsent texts). Not extractable.
import type { Sealed, Store } from "./store";

const NAME = "draft";
const IV_BYTES = 12; // 96 bits, NIST SP 800-38D section 8.2

export class TabKey {
  private key: Promise<CryptoKey> | null = null;

  constructor(private readonly store: Store) {}

  async seal(text: string, place: string): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const bytes = new TextEncoder().encode(text);
    return { iv, data: await crypto.subtle.encrypt(how(iv, place), await this.made(), bytes) };
  }

  // Null when this browser's key is another one by now.
  async open(sealed: Sealed, place: string): Promise<string | null> {
    try {
      return new TextDecoder().decode(await crypto.subtle.decrypt(how(sealed.iv, place), await this.made(), sealed.data));
    } catch {
      return null;
    }
  }

  private made(): Promise<CryptoKey> {
    this.key ??= this.kept().catch((error: unknown) => {
      this.key = null;
      throw error;
    });
    return this.key;
  }

  // Two tabs may make one at once: the first that is stored counts for both.
  private async kept(): Promise<CryptoKey> {
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    return this.store.write(["keys"], async (tx) => {
      const keys = tx.objectStore("keys");
      const found = await keys.get(NAME);
      if (found instanceof CryptoKey) return found;
      await keys.put(fresh, NAME);
      return fresh;
    });
  }
}

// Bound to its place, so that one sealed text cannot be shown as another.
function how(iv: Uint8Array<ArrayBuffer>, place: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) };
}
