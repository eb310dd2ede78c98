// Times as staff read them: the clock where the event is, and ages that grow.
export function clock(atMs: number, timezone: string): string {
  let found = clocks.get(timezone);
  if (found === undefined) {
    found = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: timezone });
    clocks.set(timezone, found);
  }
  return found.format(atMs);
}

// Making one takes longer than using it a hundred times, and a day's list has hundreds of rows.
const clocks = new Map<string, Intl.DateTimeFormat>();

export function day(atMs: number, timezone: string, language: string): string {
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: timezone }).format(atMs);
}

// `8 s`, `2:14`, `1:02:14`.
export function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
