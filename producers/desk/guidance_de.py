"""Guidance for each role in German: a lead, and what holds before, during, never, and when something goes wrong."""

# ruff: noqa: E501  # a sentence stands on one line, or a translator cannot compare them
PAGES: dict[str, dict[str, object]] = {
    "reporter": {
        "lead": "Sie schreiben, was geschieht: ein Satz oder zwei Tipper. Andere sorgen dafür, dass es öffentlich sein darf.",
        "before": (
            "Probieren Sie das Tablet im Saal aus: Ihre Kachel, Ihre PIN, eine Meldung in der Probe.",
            "Kennen Sie Phasen, Textbausteine und Ablaufplan. Was im Ablaufplan steht, geht Wort für Wort hinaus.",
            "Sprechen Sie mit der Ärztin oder dem Arzt ab, wo Sie stehen und wann Sie schweigen.",
        ),
        "during": (
            "Schreiben Sie, was Sie jetzt sehen. Eine Sache je Meldung; kurz ist gut.",
            "Sagen Sie „die behandelte Person“. Der Hinweis unter dem Feld sagt, was erst gelesen wird; gesendet wird immer.",
            "Achten Sie auf das Wort neben Ihrer Meldung: auf diesem Tablet, empfangen, wird geprüft, wird gelesen, veröffentlicht, zurückgegeben.",
            "Eine Phase, von der erst die Familie wissen muss, wartet von selbst. Schreiben Sie weiter.",
        ),
        "never": (
            "Schreiben Sie nie Name, Alter, Datum, Zimmer, Ort, Beruf, Hobby oder Angehörige der behandelten Person.",
            "Vermuten Sie nie einen Ausgang, und schreiben Sie nie über eine Komplikation.",
            "Schreiben Sie nie hinterher aus dem Gedächtnis und nie auf dem eigenen Telefon.",
        ),
        "wrong": (
            "Keine Verbindung: Schreiben Sie weiter. Ihre Meldungen sind auf dem Tablet sicher und gehen von selbst hinaus.",
            "Zurückgegeben: Lesen Sie den Grund, schreiben Sie es anders, oder lassen Sie es.",
            "Sie haben etwas Falsches geschrieben: Sagen Sie es sofort der Leitung. Es kann zurückgenommen oder berichtigt werden.",
            "Gestoppt: Es geht nichts hinaus. Legen Sie das Tablet weg und warten Sie auf die Leitung.",
        ),
    },
    "reviewer": {
        "lead": "Sie lesen, was angehalten wurde, bevor es sonst jemand kann. Sie beantworten eine Frage: Darf das hinaus?",
        "before": (
            "Melden Sie sich mit Ihrem Passkey am eigenen Gerät an, und geben Sie in der Probe einmal etwas frei.",
            "Lesen Sie die Einwilligung: was sie umfasst, wo, und bis wann.",
            "Wissen Sie, wer heute ärztlich zuständig ist und wer leitet, und wie Sie beide erreichen.",
        ),
        "during": (
            "Beginnen Sie mit dem Ältesten. Die Überschrift sagt, warum es angehalten wurde.",
            "Lesen Sie den Text, wie ihn alle lesen werden. Das Getippte öffnen Sie nur, wenn Sie es brauchen; das wird festgehalten.",
            "Freigeben, ändern oder zurückgeben. Ein geänderter Text wird neu geprüft, und jemand anders gibt ihn frei.",
            "Geben Sie mit einem Grund zurück, der hilft: „Schreiben Sie, was Sie sehen.“",
        ),
        "never": (
            "Geben Sie nie eigene Worte frei, und nie an jemandes Stelle.",
            "Geben Sie nie eine medizinische Aussage frei: die ist ärztlich.",
            "Verlassen Sie das Pult nie, ohne es der Leitung zu sagen.",
        ),
        "wrong": (
            "Im Zweifel: zurückgeben, oder ärztlich fragen. Warten kostet wenig.",
            "Ein Name ging hinaus: STOPP drücken. Man darf für weniger stoppen.",
            "Niemand weiß, ob etwas öffentlich ist: Sehen Sie auf der Plattform nach, dann sagen Sie, was Sie gefunden haben.",
            "Ihr Passkey ist verloren: Die Leitung gibt Ihnen einen neuen. Das wird festgehalten, und nichts wartet lange.",
        ),
    },
    "physician": {
        "lead": "Was über Medizin gesagt wird, ist Ihre Sache. Sie unterschreiben den Ablaufplan, lesen jede Aussage und dürfen alles stoppen.",
        "before": (
            "Lesen Sie den Ablaufplan, und unterschreiben Sie ihn mit Ihrem Passkey. Ein geändertes Wort beendet die Unterschrift.",
            "Sprechen Sie mit der Leitung ab, was ein Druck auf „Komplikation“ tut: alles anhalten, stoppen, oder nur Text.",
            "Sagen Sie, welche Phasen warten, bis die Familie es weiß.",
        ),
        "during": (
            "Lesen Sie Aussagen, Vergleiche, Zahlen und Zitate. Nur Sie dürfen sie freigeben.",
            "Drücken Sie „Komplikation“, sobald sie beginnt. Der Mensch auf dem Tisch geht vor; das Pult tut den Rest.",
            "Bei „nur Text“ wartet jede einzelne Meldung auf Sie.",
            "Beenden Sie eine Komplikation erst, wenn der Plan feststeht und die Familie es weiß.",
        ),
        "never": (
            "Lassen Sie nie den Thread über das Tempo der Operation bestimmen.",
            "Geben Sie nie einen Satz frei, der einen Ausgang verspricht.",
            "Geben Sie nie frei, während Sie am Tisch gebraucht werden: Übergeben Sie an jemanden, der angemeldet ist.",
        ),
        "wrong": (
            "Etwas ist nicht wie geplant: Komplikation, sofort. Nichts muss erklärt werden.",
            "Falsche Worte sind öffentlich: Nehmen Sie die Meldung zurück, dann schreiben Sie die Berichtigung.",
            "Nach einem Stopp müssen zwei Menschen der Fortsetzung zustimmen. Nehmen Sie sich Zeit.",
        ),
    },
    "director": {
        "lead": "Sie bereiten die Veranstaltung vor, behalten sie im Blick und stehen für sie ein. Ist jede Zeile erledigt, eröffnen Sie.",
        "before": (
            "Füllen Sie den Plan früh aus, und die Einwilligung Tage vorher: nie am Morgen am Bett.",
            "Tragen Sie Namen, Spitznamen, Daten und Nummern von behandelter Person und Familie als geschützte Begriffe ein.",
            "Proben Sie mit denselben Menschen an denselben Bildschirmen; heben Sie den Auswertungsbogen auf.",
            "Sehen Sie Kosten und Grenzen jedes Kontos an. Sagen Sie im Saal, dass es live geht.",
        ),
        "during": (
            "Achten Sie auf das älteste Wartende, auf den Zustand der Ziele und darauf, wer da ist.",
            "War lange nichts öffentlich, senden Sie den Zwischenstand.",
            "Halten Sie einen Menschen für die Familie frei, und einen am Pult.",
        ),
        "never": (
            "Eröffnen Sie nie ohne die Patientenfürsprache im Haus.",
            "Teilen Sie nie einen Schlüssel oder eine PIN, und geben Sie nie allein frei, was zwei sehen sollten.",
            "Ändern Sie nie den Plan dem Thread zuliebe.",
        ),
        "wrong": (
            "STOPP ist ein Druck und wirkt sofort. Nach einem Grund wird nicht gefragt.",
            "Zum Fortsetzen stimmt ein zweiter Mensch zu. Was vor dem Stopp freigegeben war, wird neu erfragt.",
            "Einwilligung widerrufen: Ein Druck stoppt, löscht überall und vernichtet die Schlüssel. Was nicht gelöscht werden konnte, wird genannt; kümmern Sie sich von Hand darum.",
            "Ein Tablet ist verloren: abmelden. Ein Passkey ist verloren: sperren und einen neuen Code geben.",
        ),
    },
    "advocate": {
        "lead": "Sie stehen für die behandelte Person, die jetzt nicht sprechen kann. Sie dürfen alles stoppen und für sie widerrufen.",
        "before": (
            "Treffen Sie die behandelte Person ohne das Team. Fragen Sie, was erzählt werden soll und was nicht.",
            "Lesen Sie die Einwilligung gemeinsam: Medien, Plattformen, Name, Widerruf. Achten Sie darauf, dass eine Kopie dableibt.",
            "Fragen Sie, von wem und wann die Familie hören will. Sagen Sie es der Angehörigenbetreuung.",
            "Melden Sie sich mit Ihrem Passkey an, und finden Sie in der Probe den roten Knopf.",
        ),
        "during": (
            "Lesen Sie den Thread, wie die Familie ihn liest.",
            "Drücken Sie STOPP, wenn etwas nicht so ist, wie es vereinbart war. Sie brauchen keinen Grund und niemandes Erlaubnis.",
            "Drücken Sie „Komplikation“, wenn Sie sie zuerst sehen.",
        ),
        "never": (
            "Übernehmen Sie währenddessen nie eine andere Aufgabe.",
            "Lassen Sie sich einen Stopp nie ausreden.",
            "Sagen Sie der Familie nie, was ihr ärztlich noch nicht gesagt wurde.",
        ),
        "wrong": (
            "Die behandelte Person oder die Vertretung überlegt es sich anders: widerrufen. Alles wird gelöscht, die Schlüssel mit.",
            "Sie sind unsicher: erst stoppen, dann fragen.",
            "Nach einem Stopp müssen Sie der Fortsetzung nicht zustimmen.",
        ),
    },
    "liaison": {
        "lead": "Die Familie erfährt es zuerst von einem Menschen, und zwar von Ihnen. Was auf sie wartet, geht hinaus, wenn Sie „weiß es“ sagen.",
        "before": (
            "Fragen Sie die Familie, wer zuhört, wo sie ist, und ob sie überhaupt mitlesen will.",
            "Wissen Sie, welche Phasen auf Sie warten. Sprechen Sie ärztlich ab, was Sie jeweils sagen dürfen.",
            "Melden Sie sich mit Ihrem Passkey an; haken Sie in der Probe einmal „weiß es“ ab.",
        ),
        "during": (
            "Gehen Sie hin, sagen Sie es in einfachen Worten, warten Sie auf Fragen. Dann haken Sie die Phase ab.",
            "Sagen Sie, wann die nächste Nachricht kommt. Schweigen liest sich wie eine schlechte Nachricht.",
            "Sagen Sie dem Team über den Kanal am Pult, was die Familie braucht.",
        ),
        "never": (
            "Haken Sie nie ab, bevor sie es gehört haben.",
            "Überbringen Sie nie eine gute oder schlechte Nachricht, die ärztlich nicht freigegeben ist.",
            "Lassen Sie sie während einer Komplikation nie mit dem Thread allein.",
        ),
        "wrong": (
            "Sie finden die Familie nicht: nichts abhaken. Was wartet, wartet.",
            "Sie lesen etwas, das sie erschreckt: Sagen Sie es der Leitung oder der Patientenfürsprache, die stoppen dürfen.",
            "Sie wollen, dass es endet: Holen Sie die Patientenfürsprache.",
        ),
    },
}
