// Whether this tablet is ready for an event: facts, each with what is known of it, for the ready light to say in words.
export type Enrolled = "no" | "yes" | "revoked";
export type StorageState = "ok" | "full" | "unavailable";

export type Readiness = {
  installed: boolean; // on the home screen, so that the browser does not clear it away
  offlineReady: boolean; // the page opens without the server
  persisted: boolean | null; // null: this browser does not say
  enrolled: Enrolled;
  tabletName: string;
  keyFetched: boolean; // the event's key: without it nothing can be sealed
  clockSkewMs: number | null; // server minus tablet; null before the first answer
  clockInStep: boolean | null;
  reached: boolean;
  storage: StorageState;
  ready: boolean; // all that has to be so before an event
};

// The archive records the tablet's clock as it is; a minute off is seen in the thread's times.
export const CLOCK_STEP_MS = 30_000;

type Facts = Omit<Readiness, "clockInStep" | "ready">;

// Enrolment counts only where the tablet is used so: a token of a role works without.
export function readinessOf(facts: Facts): Readiness {
  const clockInStep = facts.clockSkewMs === null ? null : Math.abs(facts.clockSkewMs) <= CLOCK_STEP_MS;
  const ready =
    facts.reached && facts.keyFetched && facts.storage === "ok" && clockInStep !== false && facts.offlineReady && facts.persisted !== false && facts.installed && facts.enrolled === "yes";
  return { ...facts, clockInStep, ready };
}
