// Counts the five minutes of a code down, takes the code away at their end, and says who took it up.
// English is written as the reader's own kind of it has its dates.
const page = document.documentElement.lang;
const dates = navigator.languages.find((tag) => tag.split("-")[0] === page) ?? page;
for (const e of document.querySelectorAll("[data-at]")) {
  e.textContent = new Date(e.dataset.at).toLocaleString(dates, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
}

const box = document.querySelector("[data-invitation]");
if (box) {
  const skew = Date.parse(box.dataset.now) - Date.now();
  const ends = box.querySelector("[data-ends]");
  const hide = () => { for (const e of box.querySelectorAll("[data-code]")) e.hidden = true; };
  let over = false;

  const tick = () => {
    const s = Math.ceil((Date.parse(ends.dataset.ends) - Date.now() - skew) / 1000);
    over ||= s <= 0;
    ends.textContent = over ? ends.dataset.done : ends.dataset.left.replace("{left}", `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`);
    if (over) hide();
  };

  const look = async () => {
    if (over) return;
    try {
      const answer = await fetch(box.dataset.invitation, { headers: { "Scrubcast-Background": "1" }, cache: "no-store" });
      const found = await answer.json();
      if (answer.ok && found.state === "used") {
        over = true;
        tick();
        box.querySelector("[data-name]").textContent = (found.tablet ?? found.person).name;
        box.querySelector("[data-used]").hidden = false;
      }
    } catch { /* no connection: the list says it later */ }
  };

  tick();
  setInterval(tick, 1000);
  setInterval(look, 2000);
}
