"""Guidance for each role in English: a lead, and what holds before, during, never, and when something goes wrong."""

# ruff: noqa: E501  # a sentence stands on one line, or a translator cannot compare them
PAGES: dict[str, dict[str, object]] = {
    "reporter": {
        "lead": "You write what happens, in one sentence or two taps. Others make sure that it may be public.",
        "before": (
            "Try the tablet in the room: your tile, your PIN, one update of the rehearsal.",
            "Know the phases, the phrases and the run sheet. The run sheet goes out word for word.",
            "Agree with the physician where you stand and when you are silent.",
        ),
        "during": (
            "Write what you see now. One thing in one update; short is good.",
            "Say “the patient”. The hint under the box tells you what will be read first; sending is never blocked.",
            "Watch the word beside your update: on this tablet, received, checking, in review, published, returned.",
            "A phase that the family has to know first waits by itself. Go on writing.",
        ),
        "never": (
            "Never write a name, an age, a date, a room, a town, a job, a hobby or a relative of the patient.",
            "Never guess an outcome, and never write about a complication.",
            "Never write from memory after the event, or on your own telephone.",
        ),
        "wrong": (
            "No connection: keep writing. Your updates are safe on the tablet and go by themselves.",
            "Returned: read the reason, write it another way, or leave it.",
            "You wrote something wrong: say so to the director at once. It can be taken back or corrected.",
            "Stopped: nothing goes out. Put the tablet down and wait for the director.",
        ),
    },
    "reviewer": {
        "lead": "You read what was held, before anybody else can. You answer one question: may this go out?",
        "before": (
            "Join with your passkey on your own device, and try one approval in the rehearsal.",
            "Read the consent: what it covers, where, and until when.",
            "Know who the physician and the director are today, and how to reach them.",
        ),
        "during": (
            "Begin with the oldest. The headline says why it was held.",
            "Read the text as the public will read it. Open what was typed only when you need it; that is recorded.",
            "Approve, edit or return. An edited text is screened again, and someone else approves it.",
            "Return with a reason that helps: “say what you see instead”.",
        ),
        "never": (
            "Never approve your own words, and never for somebody else.",
            "Never approve a medical claim: that is the physician's.",
            "Never leave the desk without telling the director.",
        ),
        "wrong": (
            "In doubt: return it, or ask the physician. Waiting costs little.",
            "A name went out: press STOP. It is right to stop for less.",
            "Nobody knows if something is public: look on the platform, then say what you found.",
            "Your passkey is lost: the director gives you another one. It is recorded, and nothing waits for long.",
        ),
    },
    "physician": {
        "lead": "What is said about medicine is yours. You sign the run sheet, read every claim, and may stop everything.",
        "before": (
            "Read the run sheet and sign it with your passkey. A changed word ends the signature.",
            "Agree with the director what a press on “complication” does: hold everything, stop, or text only.",
            "Say which phases wait until the family was told.",
        ),
        "during": (
            "Read claims, comparisons, numbers and quotes. Only you may approve them.",
            "Press “complication” the moment it begins. The patient comes first; the desk does the rest.",
            "In text only, every single update waits for you.",
            "End a complication only when the plan is certain and the family knows.",
        ),
        "never": (
            "Never let the thread decide the pace of the operation.",
            "Never approve a sentence that promises an outcome.",
            "Never approve when you are needed at the table: hand the desk to a colleague who is enrolled.",
        ),
        "wrong": (
            "Something is not as planned: complication, at once. Nothing has to be explained.",
            "Wrong words are public: take the update back, then write the correction.",
            "After a stop two people have to agree to resume. Take the time.",
        ),
    },
    "director": {
        "lead": "You prepare the event, watch it, and answer for it. When every check is green, you open it.",
        "before": (
            "Fill in the plan early, and the consent days before: never at the bedside on the morning.",
            "Put names, nicknames, dates and numbers of patient and family into the protected terms.",
            "Rehearse with the same people on the same screens; keep the score sheet.",
            "Look at the cost and at the limits of each account. Say in the room that it goes live.",
        ),
        "during": (
            "Watch the oldest age, the health of the destinations and who is here.",
            "When nothing was public for long, send the holding message.",
            "Keep one person free to talk to the family, and one at the desk.",
        ),
        "never": (
            "Never open without the advocate in the house.",
            "Never share a key or a PIN, and never approve alone what two should see.",
            "Never change the plan for the sake of the thread.",
        ),
        "wrong": (
            "STOP is one press and acts at once. No reason is asked for.",
            "To resume, a second person agrees. What was approved before the stop is asked for again.",
            "Consent withdrawn: one press stops, deletes everywhere and destroys the keys. What could not be deleted is named; see to it by hand.",
            "A tablet is lost: switch it off. A passkey is lost: revoke it and give a new code.",
        ),
    },
    "advocate": {
        "lead": "You stand for the patient, who cannot speak now. You may stop everything, and withdraw for them.",
        "before": (
            "Meet the patient without the team. Ask what they want told, and what not.",
            "Read the consent with them: media, platforms, name, how to withdraw. See that they have a copy.",
            "Ask whom the family wants to hear from, and when. Tell the liaison.",
            "Join with your passkey, and find the red button in the rehearsal.",
        ),
        "during": (
            "Read the thread as the family does.",
            "Press STOP when something is not what the patient agreed to. You need no reason and nobody's leave.",
            "Press “complication” when you see one first.",
        ),
        "never": (
            "Never do another task during the event.",
            "Never let anybody talk you out of a stop.",
            "Never tell the family what the physician has not told them.",
        ),
        "wrong": (
            "The patient or the representative changes their mind: withdraw. Everything is deleted, and the keys with it.",
            "You are not sure: stop first, then ask.",
            "After a stop you need not agree to resume.",
        ),
    },
    "liaison": {
        "lead": "The family hears it from a person first, and from you. What waits for them goes out when you say “told”.",
        "before": (
            "Ask the family who listens, where they are, and whether they want to read along at all.",
            "Know which phases wait for you. Agree with the physician what you may say at each.",
            "Join with your passkey; tick “told” once in the rehearsal.",
        ),
        "during": (
            "Go to them, tell it in plain words, wait for their questions. Then tick the phase.",
            "Say when the next news will come. Silence reads as bad news.",
            "Tell the team, by the channel at the desk, what the family needs.",
        ),
        "never": (
            "Never tick before they have heard it.",
            "Never tell good or bad news that the physician has not released.",
            "Never leave them alone with the thread during a complication.",
        ),
        "wrong": (
            "You cannot find them: tick nothing. What waits, waits.",
            "They read something that upsets them: say so to the director or the advocate, who may stop.",
            "They want it to end: bring the advocate.",
        ),
    },
}
