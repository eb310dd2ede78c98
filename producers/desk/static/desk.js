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
  if (mine && changed && changed.hidden && mine.dataset.waits === "yes" && (!theirs || theirs.dataset.draft !== mine.dataset.draft || theirs.dataset.waits !== "yes")) {
    changed.hidden = false;
    for (const button of mine.querySelectorAll("button[name=verdict]")) button.disabled = true;
    overtaken(mine, changed);
  }
}

// Who was quicker stands on the page of this very draft, which an address of the desk alone may not be.
async function overtaken(mine, changed) {
  try {
    const answer = await fetch(`${changed.dataset.of}?said=already-decided`, { headers: background(), redirect: "error", cache: "no-store" });
    const word = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-settled]");
    const place = changed.querySelector("[data-who]");
    if (answer.ok && word && place) { place.textContent = word.textContent.trim(); }
  } catch { /* the general sentence stands there already */ }
}

// Told to a screen reader once, without moving anything.
function say(words) {
  const line = document.querySelector("[data-say]");
  if (line && line.textContent !== words) line.textContent = words;
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
    const words = `${next.size} ${link.dataset.word}`;
    if (next.size && link.textContent !== words && list.dataset.list === "queue") say(words);
    link.textContent = words;
  }
}

// Old numbers must not look like new ones: when nothing can be learned any more, the page says so.
const offline = document.querySelector("[data-offline]");
const sayOffline = (is) => { if (offline) offline.hidden = !is; };

const background = () => (Date.now() - touched > 60000 ? { "Scrubcast-Background": "1" } : {});

let busy = false, again = false;
async function look() {
  if (busy) { again = true; return; }
  busy = true;
  try {
    const headers = { ...background(), "Scrubcast-Look": "1" }; // whoever presses goes before whoever only looks
    const answer = await fetch(location.pathname + location.search, { headers, redirect: "error", cache: "no-store" });
    if (answer.ok) renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
    sayOffline(!answer.ok);
  } catch { sayOffline(true); }
  busy = false;
  if (again) { again = false; look(); }
}

// Who is here, and who reads this draft: a line of names, asked for by itself.
async function lookWhoIsHere() {
  const draft = document.querySelector("[data-draft]");
  const address = desk.dataset.present + (draft ? `?draft=${encodeURIComponent(draft.dataset.draft)}` : "");
  try {
    const answer = await fetch(address, { headers: background(), redirect: "error", cache: "no-store" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of draft ? ["present", "reading"] : ["present"]) {
      const old = document.querySelector(`[data-live="${name}"]`), next = fresh.querySelector(`[data-live="${name}"]`);
      if (old && next && old.innerHTML !== next.innerHTML) old.replaceChildren(...next.childNodes);
    }
  } catch { /* look() says when nothing can be learned any more */ }
}

function listen() {
  const source = new EventSource(desk.dataset.stream);
  let opened = false;
  source.onopen = () => { if (opened) look(); opened = true; }; // what was told meanwhile may have been told over
  source.onmessage = look;
  if (desk.dataset.present) source.addEventListener("present", lookWhoIsHere);
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

// Letters take you there; none of them decides anything, and none works while somebody types (WCAG 2.2, 2.1.4: they can
// be switched off). Stop is a chord of three keys, which no browser, screen reader or sentence uses.
const keyboard = document.querySelector("[data-keyboard]");
const LETTERS_OFF = "scrubcast-letters-off";
const lettersOff = () => { try { return localStorage.getItem(LETTERS_OFF) === "yes"; } catch { return false; } };
const typing = (e) => e instanceof HTMLElement && (e.isContentEditable || e.matches("textarea, select, input:not([type=radio], [type=checkbox])"));

function goTo(selector) {
  const found = document.querySelector(selector);
  if (!found || found.disabled) return false;
  found.focus();
  found.scrollIntoView({ block: "nearest" });
  return true;
}

function step(by) {
  const links = [...document.querySelectorAll("[data-list=queue] > li:not(.gone) > a")];
  if (!links.length) return false;
  const here = links.indexOf(document.activeElement);
  const from = here >= 0 ? here : links.findIndex((a) => a.getAttribute("aria-current")) - (by > 0 && here < 0 ? 1 : 0);
  links[Math.min(links.length - 1, Math.max(0, from + by))].focus();
  return true;
}

const LETTERS = {
  j: () => step(1),
  k: () => step(-1),
  a: () => goTo("[data-draft] button[value=approve]"),
  e: () => goTo("[data-draft] a[href$='/edit']"),
  r: () => goTo("[data-draft] .reasons input:checked") || goTo("[data-draft] .draft-foot button[value=return]:not([hidden])"),
  o: () => goTo("[data-draft] form[action$='/original'] button, [data-draft] .original summary"),
  p: () => goTo(".desk-tools a[href*='/plan']"),
  m: () => goTo(".desk-tools a[href*='/messages']"),
  "?": () => { keyboard.showModal(); return true; },
};

function pressed(event) {
  if (event.defaultPrevented || event.repeat || event.isComposing || typing(event.target)) return;
  if (event.ctrlKey && event.shiftKey && event.key === "Enter" && !event.altKey && !event.metaKey) {
    const stop = document.getElementById("stop");
    if (stop) { event.preventDefault(); stop.requestSubmit(); }
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || keyboard.open) return;
  if (event.key === "Escape") { document.querySelector("[data-list=queue] a[aria-current], [data-list=queue] a")?.focus(); return; }
  const inList = event.target instanceof HTMLElement && event.target.closest("[data-list=queue]");
  if (inList && (event.key === "ArrowDown" || event.key === "ArrowUp")) { if (step(event.key === "ArrowDown" ? 1 : -1)) event.preventDefault(); return; }
  if (lettersOff() && event.key !== "?") return;
  const act = LETTERS[event.key.length === 1 ? event.key.toLowerCase() : ""];
  if (act && act()) event.preventDefault();
}

if (keyboard) {
  addEventListener("keydown", pressed);
  for (const e of document.querySelectorAll("[data-help], [data-keys]")) e.hidden = false;
  document.querySelector("[data-help]")?.addEventListener("click", () => keyboard.showModal());
  document.querySelector(".btn-stop")?.setAttribute("aria-keyshortcuts", "Control+Shift+Enter");
  const off = keyboard.querySelector("[data-keys-off]");
  off.checked = lettersOff();
  off.addEventListener("change", () => { try { localStorage.setItem(LETTERS_OFF, off.checked ? "yes" : "no"); } catch { /* a private window keeps nothing */ } });
}
