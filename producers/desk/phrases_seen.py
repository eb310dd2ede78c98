"""The desk's sentences on what is public and should not be so: English, then German and Dutch."""

PHRASES: dict[str, tuple[str, str]] = {
    "A post on {place} was changed after it was posted, seen at {at}.": (
        "Ein Beitrag auf {place} wurde nachträglich geändert, bemerkt um {at}.",
        "Een bericht op {place} is na plaatsing gewijzigd, gezien om {at}.",
    ),
    "A post on {place} is gone, and nobody here took it back; seen at {at}.": (
        "Ein Beitrag auf {place} ist weg, und niemand hier hat ihn zurückgenommen; bemerkt um {at}.",
        "Een bericht op {place} is weg, en niemand hier heeft het teruggehaald; gezien om {at}.",
    ),
    "Our account on {place} posted in this thread past this desk, seen at {at}.": (
        "Unser Konto auf {place} hat an diesem Desk vorbei in diesem Thread geschrieben, bemerkt um {at}.",
        "Ons account op {place} heeft buiten deze desk om in deze thread gepost, gezien om {at}.",
    ),
    "Our account on {place} posted under {hashtag} past this desk, seen at {at}.": (
        "Unser Konto auf {place} hat an diesem Desk vorbei unter {hashtag} geschrieben, bemerkt um {at}.",
        "Ons account op {place} heeft buiten deze desk om onder {hashtag} gepost, gezien om {at}.",
    ),
    "Our account on {place} posted something that is not from this desk, seen at {at}.": (
        "Unser Konto auf {place} hat etwas veröffentlicht, das nicht von diesem Desk kommt, bemerkt um {at}.",
        "Ons account op {place} heeft iets gepost dat niet van deze desk komt, gezien om {at}.",
    ),
    "A post on {place} was taken back and can still be read there, seen at {at}.": (
        "Ein Beitrag auf {place} wurde zurückgenommen und ist dort noch zu lesen, bemerkt um {at}.",
        "Een bericht op {place} is teruggehaald en daar nog te lezen, gezien om {at}.",
    ),
    "{n} more posts on {place} are not as they were sent.": (
        "{n} weitere Beiträge auf {place} sind anders, als sie gesendet wurden.",
        "Nog {n} berichten op {place} zijn anders dan ze zijn verstuurd.",
    ),
    "{place} could not be read back since {at}: nobody has checked what is public there.": (
        "{place} konnte seit {at} nicht gelesen werden: Niemand hat geprüft, was dort öffentlich ist.",
        "{place} kon sinds {at} niet worden gelezen: niemand heeft gecontroleerd wat daar openbaar is.",
    ),
}
