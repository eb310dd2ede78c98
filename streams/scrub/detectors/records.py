"""Numbers that a word beside them gives away: records, plans, accounts, licences, serials, bibs: items (G) to (M), (R).

To add a form: its words in `FAMILIES`, in any of our languages, and a line in the golden table. A word that ends in
`nummer` or `nr` needs no row unless its kind is another than its beginning says.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from streams.scrub.figures import Run, Token, measured, runs
from streams.scrub.listing import words
from streams.scrub.spans import Hit
from streams.scrub.spoken import SAID
from streams.scrub.view import View


class Family(NamedTuple):
    """`figures`: how many make a number of this family; fewer are counts and sizes. An underscore stands for whatever
    parts two words of a cue. `near`: the cue is an ordinary word, and nothing but `no.` and the like may stand between.
    """

    rule: str
    kind: str
    figures: int
    cues: str
    near: bool = False


FAMILIES: tuple[Family, ...] = (
    Family(
        "national",
        "national-number",
        4,
        "ssn ssns itin tin social_security social_sec soc_sec socials nhs nino ni_no ni_number national_insurance "
        "pps ppsn chi national_id national_identity tax_id tax_number taxpayer_id last_four last_4 last_five "
        "sozialversicherung sozialversicherungsnummer sv_nr sv_nummer svnr sv_ausweis rentenversicherung "
        "rentenversicherungsnummer rvnr rv_nr rv_nummer steuer_id steueridentifikationsnummer steuer_nr "
        "steuernummer idnr ahv ahv_nr ahv_nummer sozialversicherungsausweis letzten_vier letzten_4 endziffern bsn "
        "burgerservicenummer sofinummer sofi rijksregister rijksregisternummer rijksregisternr rrn insz niss "
        "bis_nummer nationaal_nummer laatste_vier laatste_4",
    ),
    Family(
        "plan",
        "health-plan",
        5,
        "policy policy_no policy_number policy_id member_id member_no member_number membership medicare medicaid "
        "mbi insurance_id insurance_no insurance_number group_no group_number subscriber subscriber_id beneficiary "
        "plan_id health_plan hicn payer_id vhi bupa laya claim_no claim_number claim_id rx_bin rx_group "
        "versichertennummer versicherten_nr versichertennr versicherten_id versicherungsnummer versicherungsnr "
        "kv_nr kvnr kv_nummer krankenkasse krankenkassennummer kassen_nr kassennummer krankenversicherung "
        "krankenversichertennummer egk gesundheitskarte aok barmer tk_nummer dak mitgliedsnummer mitglieds_nr "
        "policennummer police polis polisnummer polisnr verzekering verzekeringsnummer verzekerdennummer verzekerde "
        "uzovi mutualiteit mutualiteitsnummer mutualiteits_nr ziekenfonds ziekenfondsnummer klevertje kleefbriefje "
        "relatienummer lidnummer lidmaatschapsnummer zorgpas zorgverzekering declaratienummer",
    ),
    Family(
        "account",
        "account",
        4,
        "iban bank_account account_no account_number acct acct_no acct_number sort_code routing routing_no "
        "routing_number credit_card debit_card card_no card_number card_ending visa mastercard amex cvv konto "
        "konto_nr kontonummer kontonr blz bankleitzahl bankverbindung kreditkarte kreditkartennummer ec_karte "
        "girocard rekening rekeningnummer rekeningnr rek_nr bankrekening bankrekeningnummer creditcard "
        "creditcardnummer bankpas pasnummer",
    ),
    Family(
        "licence",
        "licence",
        5,
        "npi dea dea_no dea_number gmc gmc_no nmc nmc_pin licence license licence_no license_no licence_number "
        "license_number driving_licence drivers_license driver_s_license driver_license passport passport_no "
        "passport_number medical_council imc permit permit_no fishing_licence pilot_licence blue_badge "
        "certificate_no certificate_number registration_no visa_no green_card lanr bsnr approbation "
        "approbationsnummer arztnummer führerschein führerscheinnummer fuehrerschein reisepass reisepassnummer "
        "pass_nr passnummer ausweis ausweisnummer ausweis_nr personalausweis personalausweisnummer fahrausweis "
        "dienstausweis schwerbehindertenausweis jagdschein angelschein waffenschein pilotenschein visum zsr "
        "zsr_nummer gln big_nummer big_nr big_registratie agb agb_code agbcode riziv rizivnummer riziv_nummer inami "
        "paspoort paspoortnummer paspoort_nr rijbewijs rijbewijsnummer id_kaart identiteitskaart vaarbewijs visum "
        "invalidenkaart vreemdelingennummer v_nummer",
    ),
    Family(
        "serial",
        "device-serial",
        4,
        "serial serials serial_no serial_number serial_nr s_n sn ser_no udi gtin device_id device_no device_number "
        "implant_id implant_no implant_number chip_no chip_number chip_id imei meid lot_no lot_number lot_serial "
        "batch batch_no batch_number asset_tag asset_no seriennummer serien_nr seriennr gerätenummer geraetenummer "
        "geräte_nr geräte_id implantatnummer implantat_nr chargennummer chargen_nr charge ch_b losnummer "
        "inventarnummer inventar_nr serienummer serienr serie_nr apparaatnummer toestelnummer implantaatnummer "
        "lotnummer chipnummer partijnummer",
    ),
    Family("national", "national-number", 4, "social socials", near=True),
    Family("lot", "device-serial", 4, "lot", near=True),
    Family(
        "record",
        "record-number",
        5,
        "mrn mrns mr_no emr ehr urn hrn crn chart_no chart_number med_rec medical_record medical_record_no "
        "medical_records record_no record_number hospital_no hospital_number hospital_id hosp_no unit_no "
        "unit_number accession accession_no acc_no accession_number encounter encounter_no encounter_id visit_no "
        "visit_number patient_id patient_no patient_number patients_number pt_id pt_no pid pat_id pat_no case_id "
        "admission_no admission_number fin csn har specimen specimen_id specimen_no sample_id sample_no requisition "
        "order_no order_id referral_no barcode bar_code fallnummer fall_nr fallnr fallzahl fall_id patientennummer "
        "patienten_nr patientennr patienten_id pat_nr pat_nummer patnr aufnahmenummer aufnahme_nr aufnahmenr akte "
        "aktenzeichen aktennummer akten_nr krankenakte krankenblattnummer archivnummer auftragsnummer auftrags_nr "
        "probennummer proben_nr kis orbis pid_nr piz befundnummer untersuchungsnummer röntgennummer etikett "
        "strichcode patiëntnummer patientnummer patiëntnr patientnr patiënt_nr patiënt_id patiëntennummer "
        "patientennummer patiënten_nr dossier dossiernummer dossier_nr dossiernr opnamenummer opname_nr opnamenr "
        "zis zis_nr zisnummer epd epd_nr hix ziekenhuisnummer ponsplaatje ponskaartje monsternummer aanvraagnummer "
        "verrichtingnummer bezoeknummer streepjescode casusnummer",
    ),
    Family("record", "record-number", 5, "chart id case fall label unit casus kaart", near=True),
    Family(
        "trial",
        "other-number",
        4,
        "subject subject_no subject_id subject_number participant participant_no participant_id screening_no "
        "screening_number randomisation randomization randomisation_no randomised_as randomized_as study_id "
        "study_no trial_id trial_no trial_number enrolment_no nct pseudonym proband probandin probanden_nr "
        "probandennummer studien_id studien_nr studiennummer studienteilnehmer teilnehmernummer teilnehmer_nr "
        "randomisierungsnummer proefpersoon proefpersoonnummer proefpersoon_nr studienummer studie_nr studie_id "
        "onderzoeksnummer deelnemernummer deelnemersnummer deelnemer_nr",
    ),
    Family(
        "bib",
        "other-number",
        1,
        "bib bib_no bib_number bibs race_no race_number runner_no runner_number start_no startnummer startnr "
        "start_nr laufnummer läufernummer brustnummer rückennummer wristband_no wristband_number armbandnummer "
        "loopnummer rugnummer borstnummer polsbandnummer lopersnummer",
    ),
    Family(
        "bib",
        "other-number",
        3,
        "runner läufer läuferin loper loopster wristband armband polsbandje bändchen bandje lanyard vip "
        "akkreditierung accreditation accreditatie locker spind kluisje kluis garderobe wardrobe cloakroom "
        "badge helmnummer trikot dossard pfandmarke garderobenmarke penning polsband enkelband hesje vest shirt tag "
        "rider cyclist swimmer skier skater walker rower racer triathlete contestant entrant radler radlerin"
        " radfahrer "
        "radfahrerin schwimmer schwimmerin skifahrer skifahrerin rennläufer wanderer wanderin ruderer starter"
        " starterin "
        "fietser fietsster schaatser schaatsster zwemmer zwemster wandelaar wandelaarster skiër roeier roeister"
        " renner "
        "deelneemster startbewijs bed_tag toe_tag queue queue_ticket ticket token coat cloakroom_ticket"
        " garderobenschein "
        "wartemarke wartenummer chip transponder zeitchip tijdchip meldebändchen festivalbändchen armbändchen"
        " einlassband "
        "pfand jas jasje koffer suitcase luggage gepäck bagage kinderwagen fundstück",
        near=True,
    ),
    Family(
        "bib",
        "other-number",
        2,
        "rider_no rider_number cyclist_no swimmer_no skier_no walker_no radler_nr radler_nummer radlerin_nr"
        " fahrer_nr "
        "schwimmer_nr starter_nr starterin_nr läufer_nr läuferin_nr wristband_nr armband_nr bändchen_nr polsband_nr "
        "bandje_nr loper_nr loopster_nr fietser_nr schaatser_nr zwemmer_nr deelnemer_nr rijder_nr locker_no spind_nr "
        "kluisje_nr coat_no garderobe_nr jas_nr ticket_nr queue_no wachtnummer warte_nr chip_nr bed_tag_no",
    ),
    Family(
        "membership",
        "other-number",
        4,
        "ticket_no ticket_number ticketnummer badge_no badge_number employee_no employee_id employee_number "
        "staff_id payroll student_id student_no student_number library_card loyalty_card booking_ref "
        "booking_reference booking_no confirmation_no order_number tracking_no tracking_number parcel meeting_id "
        "zoom_id passcode pin_code vin chassis_no personalnummer matrikel matrikelnummer matrikel_nr kundennummer "
        "kunden_nr buchungsnummer bestellnummer_privat sendungsnummer fahrgestellnummer rahmennummer frame_no "
        "frame_number framenummer mitarbeiternummer vorgangsnummer aktenkennung schadensnummer personeelsnummer "
        "studentnummer studentennummer klantnummer klant_nr boekingsnummer reserveringsnummer pakketnummer "
        "chassisnummer trackingnummer",
    ),
)  # fmt: skip

# What a word that ends in -nummer or -nr begins with says what it counts.
_BEGINNINGS = (
    (
        "record-number",
        words("patien patiën fall akte dossier kranken ziekenhuis klinik station aufnahme opname befund"),
    ),
    ("health-plan", words("versicher verzeker kasse polis police mitglied lid zorg")),
    ("national-number", words("sozial steuer renten burger rijks national nationaal")),
    ("licence", words("arzt ausweis pass paspoort rijbewijs führer lizenz licentie")),
    ("account", words("konto rekening bank karte kaart")),
    ("device-serial", words("serie gerät geraet implant lot chargen apparaat schrittmacher pacemaker")),
)
_ENDINGS = ("nummer", "nummern", "nummers", "nr", "kennung", "kennzahl")
# Numbers of things that many people share, and of places and telephones, which other detectors look after.
_SHARED = words(
    "nummer nr nummern nummers zimmernummer zimmernr kamernummer kamernr hausnummer huisnummer modellnummer "
    "modelnummer artikelnummer typennummer typenummer teilenummer bestellnummer versionsnummer seitennummer "
    "paginanummer folgenummer volgnummer aflevernummer katalognummer catalogusnummer saalnummer telefonnummer "
    "telefoonnummer telefonnr handynummer mobilnummer faxnummer rufnummer notrufnummer alarmnummer noodnummer "
    "hausnr huisnr bettnummer bednummer rechnungsnummer geheimnummer glücksnummer lievelingsnummer programmnummer "
    "liednummer songnummer publiksnummer postleitzahl"
)
# May stand in any number between a cue and its figures.
_LINKS = words(
    "no nr number nummer num nums numbers id is ist was are ends end ending endet endend endend eindigend starts "
    "start starting beginnt begint in mit auf op with met lautet luidt says reads shows steht staat zegt the a his "
    "her its of for der die das den dem des von vom van de het een my your mijn meine mein ihr sein haar zijn und "
    "en and aan am on im at bei als lautend geht gaat goes uit aus digits ziffern cijfers figures code codes "
    "patientin patienten patient patiënt mevrouw meneer dame herr frau mr mrs ms"
)
_NUMBER_WORDS = words("no nr number nummer num is ist")
_OTHERS_MAX = 2  # other words between: "dossier op tafel ligt 55671"
_BACK_MAX = 8  # words looked back
_CUE_WORDS_MAX = 3
_A_DATE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])(?P<a>[-./ ]{1,2})(?:0?[1-9]|1[0-2])(?P=a)(?:19|20)?\d{2}"
    r"|(?:0?[1-9]|1[0-2])(?P<b>[-./ ]{1,2})(?:0?[1-9]|[12]\d|3[01])(?P=b)(?:19|20)?\d{2}"
    r"|(?:19|20)\d{2}[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])"
)
# The bar code of a device, as GS1 prints it: the item, the lot, the serial number.
_GS1 = re.compile(r"\(01\)\s?\d{14}(?:\s?\(\d{2,3}\)\s?[\w.-]{1,20}){0,5}")
_STOP = re.compile(r"[!?;\n]|\.\s.*[^\W\d_]|,.*,")
_GLUED = re.compile(r"(?<![\w-])(?P<cue>[a-z]{2,8})(?P<code>\d[\da-z]{2,20}(?:-\d{1,8}){0,3})(?![\w-])")
# What follows figures that only count or place: "label 12345 of", "case 12345 in".
_COUNTED = re.compile(
    r"\s(?:of|in|for|this|für|bei|mit|van|voor|dit|on|op|aan|am|an|von|per|pro|since|seit|sinds)(?!\w)"
)


def _index() -> dict[str, Family]:
    found: dict[str, Family] = {}
    for family in FAMILIES:
        for cue in family.cues.split():
            plain = cue.replace("_", " ")
            for typed in {
                plain,
                plain.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue"),
                plain.replace("ë", "e"),
            }:
                found.setdefault(typed, family)
    return found


_CUES = _index()
_LAST_WORDS = frozenset(cue.rpartition(" ")[2] for cue in _CUES)
_TRIGGERS = frozenset(next(w for w in reversed(cue.split()) if w.isalpha()) for cue in _CUES)
_GLUED_CUES = words("mrn bib pid sn lot urn case fall subj subject patient pat id nhs bsn ssn npi kvnr dossier startnr")


def records(view: View) -> Iterator[Hit]:
    """Figures, or figures read out, that a cue beside them calls a number of somebody's."""
    reads_out = not SAID.isdisjoint(view.vocabulary)
    if not view.has_digits and not reads_out:
        return
    if _TRIGGERS.isdisjoint(view.vocabulary) and not any(word.endswith(_ENDINGS) for word in view.vocabulary):
        if view.has_digits:
            yield from _glued(view)
        return
    found = view.tokens
    if view.has_digits:
        yield from _glued(view)
        for m in _GS1.finditer(view.low):
            yield Hit(m.start(), m.end(), "device-serial", "gs1")
        for run in runs(view.text, view.low, found):
            yield from _cued(view, found, run)
    for spoken in view.spoken if reads_out else ():
        first = next(i for i, token in enumerate(found) if token.end > spoken.start)
        family = _before(view.low, found, first)
        if family and max(family.figures, 3) <= len(spoken.digits):
            yield Hit(spoken.start, spoken.end, family.kind, f"{family.rule}-cue-spoken")


def _cued(view: View, found: list[Token], run: Run) -> Iterator[Hit]:
    run = _without_cue(found, run)
    family = _before(view.low, found, run.first) or (_after(view.low, found, run.last) if run.figures >= 5 else None)
    start, end = found[run.first].start, found[run.last].end
    if family and _is_number(view.low, start, end, run.figures, family):
        yield Hit(start, end, family.kind, f"{family.rule}-cue")


def _without_cue(found: list[Token], run: Run) -> Run:
    """ "MRN-00718253": the letters in front are the cue, not a part of the number."""
    head = found[run.first].text
    if (
        run.last > run.first
        and not found[run.first].figures
        and (head in _NUMBER_WORDS or _cue_ending(found, run.first))
    ):
        return run._replace(first=run.first + 1)
    return run


def _is_number(low: str, start: int, end: int, figures: int, family: Family) -> bool:
    code = low[start:end]
    if figures < family.figures or _A_DATE.fullmatch(code):
        return False  # "label: 21-08-1953" is a date, and the dates say so
    if code.isdigit() and (measured(low, end) or (figures <= family.figures and _COUNTED.match(low, end))):
        return False
    return not (low[start - 1 : start] in (":", ",", ".") and low[start - 2 : start - 1].isdigit())


def _before(low: str, found: list[Token], at: int) -> Family | None:
    """The family of the nearest cue before token `at`, if nothing that ends a thought stands between."""
    others = words_between = 0
    for back in range(at - 1, max(-1, at - 1 - _BACK_MAX), -1):
        between = low[found[back].end : found[at].start]
        if _STOP.search(between) and not _abbreviated(found[back].text, between):
            return None
        family = _cue_ending(found, back)
        if family:
            return None if (family.near or family.kind == "other-number") and words_between else family
        word = found[back].text
        words_between += word not in _NUMBER_WORDS
        others += word not in _LINKS
        if others > _OTHERS_MAX or found[back].figures:
            return None
    return None


def _abbreviated(word: str, between: str) -> bool:
    return (
        between.startswith(".") and (word in _NUMBER_WORDS or word in _LAST_WORDS) and not re.search("[!?;\n]", between)
    )


def _after(low: str, found: list[Token], at: int) -> Family | None:
    """ "00718253 is her MRN": a cue close behind, of the kind that can mean nothing else."""
    for ahead in range(at + 1, min(len(found), at + 5)):
        if _STOP.search(low[found[at].end : found[ahead].start]):
            return None
        for size in range(_CUE_WORDS_MAX, 0, -1):
            family = _CUES.get(" ".join(t.text for t in found[ahead : ahead + size]))
            if family and not family.near:
                return family
        if found[ahead].text not in _LINKS:
            return None
    return None


def _cue_ending(found: list[Token], at: int) -> Family | None:
    word = found[at].text
    if word in _LAST_WORDS:
        for size in range(_CUE_WORDS_MAX, 0, -1):
            if at + 1 >= size:
                family = _CUES.get(" ".join(t.text for t in found[at + 1 - size : at + 1]))
                if family:
                    return family
    if word.endswith(_ENDINGS) and len(word) > 7 and word not in _SHARED:
        kind = next((kind for kind, heads in _BEGINNINGS if any(word.startswith(h) for h in heads)), "other-number")
        return Family("compound", kind, 4, "")
    return None


def _glued(view: View) -> Iterator[Hit]:
    """ "MRN00718253" in one word."""
    for word in _GLUED.finditer(view.low):
        family = _CUES.get(word["cue"])
        figures = sum(c.isdigit() for c in word["code"])
        if family and word["cue"] in _GLUED_CUES and figures >= max(family.figures, 3):
            yield Hit(word.start(), word.end(), family.kind, f"{family.rule}-glued")
