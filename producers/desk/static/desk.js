// Keeps an open page true without moving anything: clocks tick, values change in place, new things are only counted.
const desk = document.querySelector("[data-desk]");
const skew = desk ? Date.parse(desk.dataset.now) - Date.now() : 0;
const now = () => Date.now() + skew;

const two = (n) => String(n).padStart(2, "0");
function age(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

const wall = document.querySelector("[data-clock]");
const wallStart = wall ? wall.textContent.split(":").reduce((a, part) => a * 60 + Number(part), 0) : 0;
const wallSince = wall ? Date.parse(wall.dataset.clock) : 0;

function tick() {
  if (wall) {
    const s = (wallStart + Math.floor((now() - wallSince) / 1000)) % 86400;
    wall.textContent = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  }
  for (const e of document.querySelectorAll("[data-since]")) e.textContent = age((now() - Date.parse(e.dataset.since)) / 1000);
  for (const e of document.querySelectorAll("[data-until]")) {
    const left = (Date.parse(e.dataset.until) - now()) / 1000;
    e.textContent = left > 0 ? e.dataset.left.replace("{left}", age(left)) : e.dataset.done;
  }
  for (const e of document.querySelectorAll("progress[data-from]")) e.value = Math.min(e.max, (now() - Date.parse(e.dataset.from)) / 1000);
}

// Whoever only watches does not keep a session open; whoever touches the page does.
let touched = Date.now();
for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, () => { touched = Date.now(); }, { passive: true });

const signature = (e) => {
  const copy = e.cloneNode(true);
  for (const t of copy.querySelectorAll("[data-since],[data-until]")) t.textContent = "";
  for (const p of copy.querySelectorAll("progress")) p.removeAttribute("value");
  for (const a of copy.querySelectorAll("[aria-current]")) a.removeAttribute("aria-current");
  return copy.innerHTML;
};

function renew(fresh) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const next = fresh.querySelector(`[data-live="${CSS.escape(old.dataset.live)}"]`);
    if (next && !old.contains(document.activeElement) && signature(old) !== signature(next)) old.replaceChildren(...next.childNodes);
  }
  for (const list of document.querySelectorAll("[data-list]")) renewList(list, fresh.querySelector(`[data-list="${list.dataset.list}"]`));
  const mine = document.querySelector("[data-draft]");
  const theirs = fresh.querySelector("[data-draft]");
  const changed = document.querySelector("[data-changed]");
  if (mine && changed && mine.dataset.waits === "yes" && (!theirs || theirs.dataset.draft !== mine.dataset.draft || theirs.dataset.waits !== "yes")) {
    changed.hidden = false;
    for (const button of mine.querySelectorAll("button[name=verdict]")) button.disabled = true;
  }
}

// A post that waited and is out now becomes what it is in its own place: it is no news, and nothing shifts.
function settle(list, next) {
  for (const old of list.querySelectorAll(":scope > .pending")) {
    if (next.has(old.dataset.key)) continue;
    const here = (key) => list.querySelector(`:scope > [data-key="${CSS.escape(key)}"]`);
    const out = [...next.values()].find((e) => e.dataset.update === old.dataset.update && !here(e.dataset.key));
    if (!out) continue;
    old.replaceChildren(...[...out.childNodes].map((n) => n.cloneNode(true)));
    old.dataset.key = out.dataset.key;
    old.id = out.id;
    old.classList.toggle("pending", out.classList.contains("pending"));
  }
}

function renewList(list, fresh) {
  const next = new Map([...(fresh ? fresh.children : [])].map((e) => [e.dataset.key, e]));
  settle(list, next);
  for (const old of [...list.children]) {
    const found = next.get(old.dataset.key);
    next.delete(old.dataset.key);
    if (!found && !old.classList.contains("gone")) {
      old.classList.add("gone");
      const word = old.querySelector(".state span, .state");
      if (word && list.dataset.gone) { word.removeAttribute("data-until"); word.textContent = list.dataset.gone; }
      old.querySelector("progress")?.remove();
    } else if (found && !old.contains(document.activeElement) && signature(old) !== signature(found)) {
      old.replaceChildren(...found.childNodes);
    }
  }
  const link = document.querySelector(`[data-news="${list.dataset.list}"]`);
  if (link) {
    link.hidden = next.size === 0;
    link.textContent = `${next.size} ${link.dataset.word}`;
  }
}

// Old numbers must not look like new ones: when nothing can be learned any more, the page says so.
const offline = document.querySelector("[data-offline]");
const sayOffline = (is) => { if (offline) offline.hidden = !is; };

let busy = false, again = false;
async function look() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const watching = Date.now() - touched > 60000;
    const answer = await fetch(location.pathname + location.search, { headers: watching ? { "Scrubcast-Background": "1" } : {}, redirect: "error", cache: "no-store" });
    if (answer.ok) renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
    sayOffline(!answer.ok);
  } catch { sayOffline(true); }
  busy = false;
  if (again) { again = false; look(); }
}

function listen() {
  const source = new EventSource(desk.dataset.stream);
  source.onmessage = look;
  source.onerror = () => {
    look();
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
  };
}

if (desk) {
  tick();
  setInterval(tick, 1000);
  setInterval(look, 20000); // an approval that ends, an edit that settles: nothing is sent for these
  listen();
}
