// Phrases for events whose file brings none: harmless by themselves, by phase, in each language.
import type { Language, LiveEvent } from "./api";

type Phrases = Record<"arrival" | "briefing" | "incision" | "key step" | "closing" | "done" | "any", readonly string[]>;

const PHRASES: Record<Language, Phrases> = {
  en: {
    arrival: ["Welcome. We begin soon", "The room is being prepared", "The team is getting ready", "We begin in about {minutes} min", "Everyone is in good spirits", "The day began at {time}"],
    briefing: ["The team goes through the checklist", "Checklist complete, all agree", "Briefing began at {time}", "{number} people are in the room", "All questions are answered", "We begin in about {minutes} min"],
    incision: ["We began at {time}", "First step done", "All readings steady", "Going to plan", "Part {number} is in place", "Short pause, back in {minutes} min"],
    "key step": ["Now starting: {step}", "Part {number} is in place", "All readings steady", "Short pause, back in {minutes} min", "Going to plan", "Closing began at {time}"],
    closing: ["Closing began at {time}", "All counts are complete", "All readings steady", "Going to plan", "Done in about {minutes} min", "The last step begins"],
    done: ["Finished at {time}", "All went to plan", "The team takes a short break", "Thank you for following along", "More in about {minutes} min", "That was the last update of today"],
    any: ["Now starting: {step}", "Going to plan", "All steady", "Short pause, back in {minutes} min", "Number {number} is done", "It is {time}, and we go on"],
  },
  de: {
    arrival: ["Willkommen. Wir beginnen bald", "Der Saal wird vorbereitet", "Das Team macht sich bereit", "Wir beginnen in etwa {minutes} min", "Die Stimmung ist gut", "Der Tag begann um {time}"],
    briefing: ["Das Team geht die Checkliste durch", "Checkliste fertig, alle sind einig", "Die Besprechung begann um {time}", "{number} Personen sind im Saal", "Alle Fragen sind beantwortet", "Wir beginnen in etwa {minutes} min"],
    incision: ["Begonnen um {time}", "Erster Schritt getan", "Alle Werte stabil", "Alles nach Plan", "Teil {number} sitzt", "Kurze Pause, weiter in {minutes} min"],
    "key step": ["Jetzt beginnt: {step}", "Teil {number} sitzt", "Alle Werte stabil", "Kurze Pause, weiter in {minutes} min", "Alles nach Plan", "Verschluss begann um {time}"],
    closing: ["Verschluss begann um {time}", "Alles ist durchgezählt", "Alle Werte stabil", "Alles nach Plan", "Fertig in etwa {minutes} min", "Der letzte Schritt beginnt"],
    done: ["Fertig um {time}", "Alles lief nach Plan", "Das Team macht eine kurze Pause", "Danke fürs Mitlesen", "Mehr in etwa {minutes} min", "Das war die letzte Meldung für heute"],
    any: ["Jetzt beginnt: {step}", "Alles nach Plan", "Alles stabil", "Kurze Pause, weiter in {minutes} min", "Nummer {number} ist fertig", "Es ist {time}, und es geht weiter"],
  },
  nl: {
    arrival: ["Welkom. We beginnen zo", "De zaal wordt klaargemaakt", "Het team maakt zich klaar", "We beginnen over ongeveer {minutes} min", "De stemming is goed", "De dag begon om {time}"],
    briefing: ["Het team loopt de checklist door", "Checklist klaar, iedereen is het eens", "De briefing begon om {time}", "Er zijn {number} mensen in de zaal", "Alle vragen zijn beantwoord", "We beginnen over ongeveer {minutes} min"],
    incision: ["Begonnen om {time}", "Eerste stap gedaan", "Alle waarden stabiel", "Alles volgens plan", "Deel {number} zit op zijn plaats", "Korte pauze, verder over {minutes} min"],
    "key step": ["Nu begint: {step}", "Deel {number} zit op zijn plaats", "Alle waarden stabiel", "Korte pauze, verder over {minutes} min", "Alles volgens plan", "Sluiten begon om {time}"],
    closing: ["Sluiten begon om {time}", "Alles is geteld", "Alle waarden stabiel", "Alles volgens plan", "Klaar over ongeveer {minutes} min", "De laatste stap begint"],
    done: ["Klaar om {time}", "Alles ging volgens plan", "Het team neemt een korte pauze", "Bedankt voor het meelezen", "Meer over ongeveer {minutes} min", "Dat was het laatste bericht van vandaag"],
    any: ["Nu begint: {step}", "Alles volgens plan", "Alles stabiel", "Korte pauze, verder over {minutes} min", "Nummer {number} is klaar", "Het is {time}, en we gaan door"],
  },
};

// The event's own phrases for this phase and language; ours when its file has none at all.
export function phrasesFor(event: LiveEvent, phase: string, language: Language): readonly string[] {
  if (event.phrases.length > 0) {
    return event.phrases
      .filter((phrase) => phrase.phase === null || phrase.phase === phase)
      .map((phrase) => phrase.text[language])
      .filter((text): text is string => text !== undefined);
  }
  const ours = PHRASES[language];
  return Object.hasOwn(ours, phase) ? ours[phase as keyof Phrases] : ours.any;
}
