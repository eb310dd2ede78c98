// The one door to IndexedDB: which stores there are, and that what a person relies on is on the disk before it is shown.
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from "idb";
import type { LiveEvent, ServerState } from "./api";

// Under the tablet's own key, which no script can read: opened again only by this browser.
export type Sealed = { iv: Uint8Array<ArrayBuffer>; data: ArrayBuffer };

export type Entry = {
  readonly order?: number; // in which Send was pressed, across tabs; given by the store
  readonly updateId: string;
  readonly liveEventId: string;
  readonly owner: string; // whose session carries it
  readonly by: string; // the owner's name, for others at this tablet
  readonly body: string; // the request as it goes out, sealed; the same bytes on every try
  readonly sealedSha256: string;
  readonly headers: Readonly<Record<string, string>>; // the tablet's signature, made once
  readonly pass: Sealed | null; // the owner's session, worth nothing without this tablet's signatures
  readonly typed: Sealed | null; // for the owner's eyes until the receipt
  readonly item: string | null;
  readonly writtenAtMs: number;
  readonly triedAtMs: number | null; // set before the first try: from then on the server may have it
  readonly undo: boolean;
  readonly kept: string | null; // why the server refused it; it then waits for a person
};

// What is known of an own update after its receipt: no text, and none of what others wrote about it.
export type Own = {
  readonly updateId: string;
  readonly liveEventId: string;
  readonly owner: string;
  readonly item: string | null;
  readonly atMs: number;
  readonly order: number;
  readonly state: Omit<ServerState, "note" | "by"> | null;
  readonly heldFor: string | null; // the tablet that had been switched off when this came from it: a director decides
};

export type Draft = { readonly place: string; readonly version: number; readonly atMs: number; readonly text: Sealed };
export type Person = { id: string; name: string; initials: string };
export type TabletIdentity = { pair: CryptoKeyPair; id: string | null; name: string; revoked: boolean; revokedBy: string | null };

export interface Schema extends DBSchema {
  outbox: { key: number; value: Entry; indexes: { updateId: string } };
  own: { key: string; value: Own; indexes: { liveEventId: string } };
  draft: { key: string; value: Draft };
  keys: { key: string; value: CryptoKey | TabletIdentity | number };
  cache: { key: string; value: LiveEvent[] | Person[] | Person };
}

type Names = StoreNames<Schema>;
export type Transaction = IDBPTransaction<Schema, Names[], "readwrite">;

const VERSION = 1;

// Nothing was stored; what was typed has to stay where it is.
export class NotStoredError extends Error {
  constructor(readonly why: "full" | "unavailable") {
    super(why);
  }
}

export class Store {
  private opened: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(private readonly name = "scrubcast") {}

  // Reads and writes that belong together: all of them are kept, or none. Resolves once they are on the disk
  // (`strict`: without it Chromium may lose the last seconds with the machine's power). Throws NotStoredError.
  async write<T>(stores: Names[], work: (tx: Transaction) => Promise<T>, durability: IDBTransactionDurability = "strict"): Promise<T> {
    try {
      const db = await this.database();
      const tx = db.transaction(stores, "readwrite", { durability }) as Transaction;
      try {
        const found = await work(tx);
        await tx.done;
        return found;
      } catch (error) {
        abort(tx); // or what was done before it failed would be kept
        await tx.done.catch(() => undefined); // it says the same once more
        throw tx.error ?? error;
      }
    } catch (error) {
      throw refusal(error);
    }
  }

  async all<N extends Names>(store: N): Promise<Schema[N]["value"][]> {
    return this.reading((db) => db.getAll(store));
  }

  async get<N extends Names>(store: N, key: Schema[N]["key"]): Promise<Schema[N]["value"] | undefined> {
    return this.reading((db) => db.get(store, key));
  }

  async put<N extends Names>(store: N, key: string, value: Schema[N]["value"]): Promise<void> {
    await this.write([store], async (tx) => {
      await tx.objectStore(store).put(value, (tx.objectStore(store).keyPath === null ? key : undefined) as Schema[Names]["key"]);
    });
  }

  async delete(store: Names, key: string): Promise<void> {
    await this.write([store], (tx) => tx.objectStore(store).delete(key));
  }

  private async reading<T>(work: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
    try {
      return await work(await this.database());
    } catch (error) {
      throw refusal(error);
    }
  }

  // Opened again after the browser closed it: Safari does so to pages that slept.
  private database(): Promise<IDBPDatabase<Schema>> {
    this.opened ??= this.open().catch((error: unknown) => {
      this.opened = null;
      throw error;
    });
    return this.opened;
  }

  private async open(): Promise<IDBPDatabase<Schema>> {
    const forget = (): void => {
      this.opened = null;
    };
    const db = await openDB<Schema>(this.name, VERSION, {
      upgrade(fresh) {
        fresh.createObjectStore("outbox", { keyPath: "order", autoIncrement: true }).createIndex("updateId", "updateId", { unique: true });
        fresh.createObjectStore("own", { keyPath: "updateId" }).createIndex("liveEventId", "liveEventId");
        fresh.createObjectStore("draft", { keyPath: "place" });
        fresh.createObjectStore("keys");
        fresh.createObjectStore("cache");
      },
      blocking: (_now, _wanted, event) => {
        (event.target as IDBDatabase).close(); // a newer page in another tab wants to change the stores
        forget();
      },
      terminated: forget,
    });
    db.onclose = forget;
    return db;
  }
}

function abort(tx: Transaction): void {
  try {
    tx.abort();
  } catch {
    // the browser did it already
  }
}

function refusal(error: unknown): unknown {
  if (error instanceof NotStoredError) return error;
  if (!(error instanceof DOMException)) return error;
  return new NotStoredError(error.name === "QuotaExceededError" ? "full" : "unavailable");
}
