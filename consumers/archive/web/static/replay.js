// Plays the event on its page: moves the clock, and fetches the page anew whenever something happened meanwhile.
const bar = document.querySelector("[data-replay]");
const play = document.getElementById("play");
const range = document.getElementById("range");
const speed = document.getElementById("speed");
const PARTS = ["standing", "steps", "course", "moment", "wrong"];
const BEAT_MS = 200;

let ticks = null; // seconds from the beginning at which something happens
let s = Number(bar.dataset.s);
let shown = s; // what the page shows is true from here to the next tick
let playing = 0;
let fetching = null;
let again = false;

const began = Date.parse(bar.dataset.began);
const clock = new Intl.DateTimeFormat("en-GB", { timeZone: bar.dataset.zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const instant = (seconds) => new Date(began + Math.round(seconds * 1000));

function told() {
  const now = document.getElementById("now");
  now.textContent = clock.format(instant(s));
  now.dateTime = instant(s).toISOString();
  range.value = String(Math.round(s));
  range.setAttribute("aria-valuetext", now.textContent);
}

// The next instant after `from` at which something happened; how far the page may go on as it is.
function next(from) {
  let low = 0, high = ticks ? ticks.length : 0;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ticks[middle] > from) high = middle; else low = middle + 1;
  }
  return ticks && low < ticks.length ? ticks[low] : Infinity;
}

async function look() {
  if (fetching) {
    again = true; // one at a time; where the clock is then is asked for after it
    return;
  }
  const asked = s;
  const address = new URL(bar.dataset.replay, location.href);
  address.searchParams.set("at", instant(asked).toISOString());
  fetching = fetch(address, { headers: { accept: "text/html", "scrubcast-look": "1" } });
  try {
    const answer = await fetching;
    if (!answer.ok || new URL(answer.url).pathname !== address.pathname) throw new Error("not shown");
    renew(new DOMParser().parseFromString(await answer.text(), "text/html"));
    history.replaceState(null, "", address);
    shown = asked;
  } catch {
    again = false;
    shown = s;
    pause();
    document.getElementById("wrong").textContent = bar.dataset.lost;
  } finally {
    fetching = null;
    if (again && shown !== s) look();
    again = false;
  }
}

function renew(fresh) {
  const focused = document.activeElement?.id;
  for (const id of PARTS) {
    const theirs = fresh.getElementById(id);
    const ours = document.getElementById(id);
    if (theirs && ours) ours.replaceWith(document.adoptNode(theirs));
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function beat(last) {
  const now = performance.now();
  s = Math.min(s + ((now - last) / 1000) * Number(speed.value), Number(range.max));
  told();
  if (next(shown) <= s) look();
  if (s >= Number(range.max)) pause();
  if (playing) playing = setTimeout(beat, BEAT_MS, now);
}

function mark(word, icon) {
  play.querySelector("span").textContent = word;
  play.querySelector("use").setAttribute("href", icon);
}

function pause() {
  clearTimeout(playing);
  playing = 0;
  mark(play.dataset.play, "#i-play");
  if (shown !== s) look();
}

async function start() {
  if (s >= Number(range.max)) { s = 0; shown = -1; }
  mark(play.dataset.pause, "#i-pause");
  playing = setTimeout(beat, 0, performance.now());
  ticks ??= await fetch(`${bar.dataset.replay}/ticks`).then((answer) => (answer.ok ? answer.json() : []));
}

play.addEventListener("click", () => (playing ? pause() : start()));
range.addEventListener("input", () => { s = Number(range.value); told(); });
range.addEventListener("change", () => { s = Number(range.value); told(); look(); });
play.hidden = false;
document.getElementById("speeds").hidden = false;
