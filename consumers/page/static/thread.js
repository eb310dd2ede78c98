// Puts new posts into the thread as they appear. Text only ever becomes text: nothing here reads HTML from the stream.
"use strict";

(() => {
  const RETRY_MS = 20_000; // after a refusal (all places taken, page restarting): the browser itself gives up then
  const QUIET_MS = 8_000; // a short gap is not worth a word

  const list = document.getElementById("posts");
  const fresh = document.getElementById("fresh");
  const said = document.getElementById("said");
  const badge = document.getElementById("state");
  const lead = document.getElementById("lead");
  const offline = document.getElementById("offline");
  const blank = document.getElementById("post");
  const heading = document.getElementById("phase");
  const waiting = new Map(); // posts that came while the reader was further down, by id
  let last = list.dataset.after;
  let gone = 0; // timer that says there is no connection
  let stream;

  const show = (element, on) => { element.hidden = !on; };

  // Only these become addresses, whatever the stream says.
  const safe = (href) => /^https?:\/\//i.test(href);

  function piece({ kind, text, href }) {
    if (href && safe(href)) {
      const link = document.createElement("a");
      link.href = href;
      link.rel = "nofollow noopener noreferrer";
      link.textContent = text;
      return link;
    }
    if (kind !== "tag") return document.createTextNode(text);
    const tag = document.createElement("span");
    tag.className = "tag";
    tag.textContent = text;
    return tag;
  }

  function made(line) {
    const item = blank.content.firstElementChild.cloneNode(true);
    item.id = line.id;
    item.dataset.n = line.n;
    item.dataset.phase = line.phase ?? "";
    const time = item.querySelector("time");
    time.textContent = line.clock;
    if (line.at) time.dateTime = line.at;
    const text = item.querySelector(".text");
    if (line.taken_back) {
      const told = item.querySelector(".told");
      told.querySelector("span").textContent = line.taken_back;
      told.querySelector(".told > p:last-child").textContent = line.removed;
      show(told, true);
      text.remove();
      return item;
    }
    text.append(...line.pieces.map(([kind, words, href]) => piece({ kind, text: words, href })));
    if (line.lang && line.lang !== document.documentElement.lang) text.lang = line.lang;
    if (line.correction) {
      const correction = item.querySelector(".is-correction");
      correction.querySelector("span").textContent = line.correction;
      show(correction, true);
    }
    if (line.corrected) {
      const corrected = item.querySelector(".is-corrected");
      corrected.querySelector("span").textContent = line.corrected;
      const link = corrected.querySelector("a");
      link.textContent = line.corrected_read;
      link.href = `#${line.corrected_by}`;
      show(corrected, true);
    }
    return item;
  }

  const posts = () => [...list.children].filter((item) => item.dataset.n !== undefined);

  function place(line) {
    const item = made(line);
    const old = document.getElementById(line.id);
    if (old) {
      const focused = old === document.activeElement;
      old.replaceWith(item);
      if (focused) item.focus({ preventScroll: true });
      return;
    }
    const before = posts().find((other) => Number(other.dataset.n) < line.n);
    // A heading belongs to the post below it: go above both.
    const head = before?.previousElementSibling;
    list.insertBefore(item, head && head.dataset.n === undefined ? head : before ?? null);
  }

  // A heading before each run of posts of one phase; touches only what is wrong.
  function regroup() {
    let above = "";
    for (const item of posts()) {
      const phase = item.dataset.phase;
      const head = item.previousElementSibling;
      const has = head && head.dataset.n === undefined ? head : null;
      const wants = phase !== "" && phase !== above;
      if (has && (!wants || has.textContent !== phase)) has.remove();
      if (wants && !(has && has.isConnected)) {
        const row = heading.content.firstElementChild.cloneNode(true);
        row.firstElementChild.textContent = phase;
        item.before(row);
      }
      above = phase;
    }
  }

  const atTop = () => list.getBoundingClientRect().top >= 0;

  function count() {
    const words = fresh.querySelector("span");
    const label = (waiting.size === 1 ? words.dataset.one : words.dataset.many).replace("{n}", waiting.size);
    words.textContent = label;
    said.textContent = label;
    show(fresh, waiting.size > 0);
  }

  function unfold() {
    const news = [...waiting.values()].sort((a, b) => a.n - b.n);
    waiting.clear();
    news.forEach(place);
    regroup();
    show(fresh, false);
    show(document.getElementById("empty"), posts().length === 0);
    return news;
  }

  function came(line) {
    if (document.getElementById(line.id)) {
      place(line); // a correction or a taking back changes its post where it stands, at once
      regroup();
      return;
    }
    const isNew = !waiting.has(line.id);
    waiting.set(line.id, line);
    if (atTop()) {
      unfold();
      said.textContent = fresh.querySelector("span").dataset.one;
    } else if (isNew) {
      count();
    }
  }

  // Leaves the page as a fresh load of it would show it.
  function stands({ state, icon, label, lead: sentence }) {
    badge.querySelector("use").setAttribute("href", `#i-${icon}`);
    badge.querySelector("span").textContent = label;
    badge.classList.toggle("chip-good", state === "live");
    lead.textContent = sentence ?? "";
    show(lead, sentence !== null);
    if (state === "ended") end();
  }

  // For ever: nothing more comes, so that nothing more is listened for either.
  function end() {
    stream.close();
    clearTimeout(gone);
    show(offline, false);
    waiting.clear();
    list.replaceChildren();
    said.textContent = "";
    show(fresh, false);
    show(document.getElementById("empty"), false);
    show(document.getElementById("ended"), true);
  }

  fresh.querySelector("button").addEventListener("click", () => {
    const news = unfold();
    list.scrollIntoView({ block: "start" });
    document.getElementById(news.at(-1)?.id)?.focus({ preventScroll: true });
  });

  function connect() {
    stream = new EventSource(`${list.dataset.stream}&after=${last}`);
    stream.addEventListener("open", () => {
      clearTimeout(gone);
      gone = 0;
      show(offline, false);
    });
    stream.addEventListener("post", (event) => {
      last = event.lastEventId || last;
      came(JSON.parse(event.data));
    });
    stream.addEventListener("state", (event) => stands(JSON.parse(event.data)));
    stream.addEventListener("error", () => {
      gone ||= setTimeout(() => show(offline, true), QUIET_MS);
      if (stream.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS * (0.5 + Math.random()));
    });
  }

  connect();
})();
