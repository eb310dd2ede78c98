// Runs before the page's own script. Lets a test stop an update at one point of its way, fill the disk, set the clock
// wrong (`?skew=` milliseconds) and make waiting short. It changes the browser's own functions, none of the page's.
(() => {
  if (globalThis.battery) return;
  const battery = { at: null, armed: null, full: false };
  globalThis.battery = battery;
  const never = () => new Promise(() => undefined);
  const here = (point) => {
    if (battery.armed !== point) return false;
    battery.armed = null;
    battery.at = point;
    return true;
  };
  const instead = (owner, name, how) => {
    const original = owner[name];
    owner[name] = function (...args) {
      return how.call(this, original, args);
    };
  };

  const skew = Number(new URLSearchParams(location.search).get("skew") ?? 0);
  if (skew !== 0) {
    const Right = Date;
    globalThis.Date = class extends Right {
      constructor(...args) {
        if (args.length === 0) super(Right.now() + skew);
        else super(...args);
      }
      static now() {
        return Right.now() + skew;
      }
    };
  }

  // Long waits are twenty times shorter; what is short, such as the draft's rest, stays.
  const shorter = (ms) => (ms >= 400 ? ms / 20 : ms);
  instead(globalThis, "setTimeout", (original, [work, ms, ...more]) => original.call(globalThis, work, shorter(ms ?? 0), ...more));
  instead(AbortSignal, "timeout", (original, [ms]) => original.call(AbortSignal, ms >= 400 ? Math.max(1500, ms / 10) : ms));

  // Wrapping WebCrypto: `sealing` is the key agreement of the JWE, which nothing else on the page uses.
  for (const [name, point] of [["deriveBits", "sealing"], ["sign", "signing"]]) {
    instead(SubtleCrypto.prototype, name, function (original, args) {
      return here(point) ? never() : original.apply(this, args);
    });
  }

  // A request that is never answered, to a transaction that will never be: as when the page dies before it.
  const silent = () =>
    Object.create(IDBRequest.prototype, {
      addEventListener: { value: () => undefined },
      removeEventListener: { value: () => undefined },
    });
  const stores = { add: "storing", put: "claiming", delete: "letting-go" };
  for (const [name, point] of Object.entries(stores)) {
    instead(IDBObjectStore.prototype, name, function (original, args) {
      if (this.name === "outbox" && here(point)) return silent();
      if (battery.full && name !== "delete") throw new DOMException("The disk is full (test).", "QuotaExceededError");
      return original.apply(this, args);
    });
  }

  instead(globalThis, "fetch", async (original, [what, options]) => {
    const update = options?.method === "POST" && /\/updates$/u.test(String(what));
    if (update && here("sending")) return never();
    const answer = await original.call(globalThis, what, options);
    return update && here("answering") ? never() : answer;
  });
})();
