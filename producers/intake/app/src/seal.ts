// Seals what was written to the live event's public key, at once: what leaves this page, or waits in it, is ciphertext.
import { CompactEncrypt, importJWK } from "jose";
import type { LiveEvent } from "./api";

export type Written = { text: string; lang: string; update_id: string; live_event_id: string; written_at: string };

export async function seal(key: LiveEvent["sealing_key"], written: Written): Promise<string> {
  const imported = await importJWK({ ...key, alg: "ECDH-ES" }, "ECDH-ES");
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(written)))
    .setProtectedHeader({ alg: "ECDH-ES", enc: "A256GCM", kid: key.kid, cty: "application/json" })
    .encrypt(imported);
}

// WebCrypto exists only on https and on this very machine.
export function canSeal(): boolean {
  return globalThis.isSecureContext && globalThis.crypto?.subtle !== undefined;
}
