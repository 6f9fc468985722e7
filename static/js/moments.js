// Instants as people type them: t now, -15 minutes ago, 2330 the last 23:30. Time of the province.
const ZONE_MS = 8 * 3600 * 1000; // Asia/Shanghai: no summer time
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** `2026-09-17 15:42` */
export function stamp(instant) {
  return new Date(instant.getTime() + ZONE_MS).toISOString().slice(0, 16).replace("T", " ");
}

/** `15:42`, with the day where it is another one than `now`'s. */
export function shortStamp(instant, now = new Date()) {
  const [day, clock] = stamp(instant).split(" ");
  return day === stamp(now).split(" ")[0] ? clock : `${day.slice(5)} ${clock}`;
}

export function minutesAgo(count, now = new Date()) {
  return new Date(now.getTime() - count * MINUTE_MS);
}

/** The instant, or null for anything else. */
export function readMoment(text, now = new Date()) {
  if (text === "t") return now;
  const ago = /^-(\d{1,3})$/.exec(text);
  if (ago) return minutesAgo(Number(ago[1]), now);
  const clock = /^([01]\d|2[0-3]):?([0-5]\d)$/.exec(text);
  if (!clock) return null;
  const midnight = Math.floor((now.getTime() + ZONE_MS) / DAY_MS) * DAY_MS - ZONE_MS;
  const today = new Date(midnight + (Number(clock[1]) * 60 + Number(clock[2])) * MINUTE_MS);
  return today <= now ? today : new Date(today.getTime() - DAY_MS);
}
