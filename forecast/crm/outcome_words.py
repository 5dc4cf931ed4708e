"""Words of stages and statuses that say how an opportunity ended, in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

#: Outcome -> words of a status or a stage that mean it.
OUTCOMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "open": (
            *("open", "in progress", "active", "pending", "offen", "laufend", "aktiv", "in arbeit", "ouvert", "ouverte"),
            *("en cours", "abierto", "abierta", "en curso", "otevreno", "otevreny", "aberto", "aberta", "aperto", "aperta"),
            *("lopend", "otwarta", "otwarty", "oppen", "aben", "apen"),
        ),
        "won": (
            *("won", "closed won", "win", "successful", "signed", "gewonnen", "gagne", "gagnee", "ganado", "ganada"),
            *("vyhrano", "vyhrany", "ganho", "ganha", "vinto", "vinta", "wygrana", "wygrany", "vunnen", "vundet", "vunnet"),
        ),
        "lost": (
            *("lost", "closed lost", "loss", "unsuccessful", "rejected", "declined", "verloren", "abgelehnt"),
            *("perdu", "perdue", "perdido", "perdida", "prohrano", "prohrany", "perso", "persa", "przegrana", "przegrany"),
            *("forlorad", "tabt", "tapt"),
        ),
        "disqualified": (
            *("disqualified", "unqualified", "cancelled", "canceled", "storniert", "disqualifiziert"),
        ),
    }
)  # fmt: skip
#: Words that may stand with others and still mean their outcome: "closed won", "geschlossen und verloren".
_TELLING = {
    outcome: frozenset(word for word in OUTCOMES[outcome] if " " not in word)
    - {"win", "successful", "signed", "loss", "unsuccessful", "rejected", "declined", "abgelehnt"}
    for outcome in ("won", "lost")
}
_NEGATED = frozenset(("not", "nicht", "non", "pas", "no", "ne", "almost", "nearly", "verbal", "verbally"))
#: Words by which a stage is closed, though not how.
_CLOSED = frozenset(
    (
        *(
            "closed",
            "geschlossen",
            "abgeschlossen",
            "cloture",
            "cloturee",
            "cerrado",
            "cerrada",
            "chiuso",
            "chiusa",
        ),
        *("uzavreno", "fechado", "fechada", "gesloten", "afgesloten", "zamkniete", "dead", "abandoned"),
    )
)
_OTHER_LETTERS = re.compile("выигра|проигра|закрыт|受注|失注|赢单|输单")
_ALONE = frozenset(("win", "loss", "canceled", "cancelled", "signed", "rejected", "declined"))


def bare_words(text: str) -> str:
    """Return a text in lower case, without accents, its words parted by single blanks.

    Examples
    --------
    >>> bare_words("Geschätzter_Wert (€)"), bare_words("CloseDate"), bare_words("Obchod - Fáze")
    ('geschatzter wert', 'close date', 'obchod faze')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    plain = unicodedata.normalize("NFKD", spaced).encode("ascii", "ignore").decode("ascii")
    return " ".join(re.findall(r"[a-z0-9%]+", plain.casefold()))


def outcome_of_word(text: str) -> str | None:
    """Return what a word of a status or a stage means, or one telling word in it; None where nothing says it.

    Examples
    --------
    >>> outcome_of_word("Geschlossen und gewonnen"), outcome_of_word("Not won yet"), outcome_of_word("Angebot")
    ('won', None, None)
    """
    words = bare_words(text)
    whole = next((outcome for outcome, known in OUTCOMES.items() if words in known), None)
    there = set(words.split())
    told = [outcome for outcome, known in _TELLING.items() if there & known]
    return whole or (told[0] if len(told) == 1 and not there & _NEGATED else None)


def may_be_closed(stage: str) -> bool:
    """Return whether the name of a stage may mean that what is in it is won, lost or disqualified.

    Examples
    --------
    >>> may_be_closed("Deal closed"), may_be_closed("Verloren"), may_be_closed("Win!"), may_be_closed("Win plan agreed")
    (True, True, True, False)
    """
    words = bare_words(stage)
    bare = re.sub(r"^\d+ ", "", words)
    there = set(words.split())
    telling = _TELLING["won"] | _TELLING["lost"] | _CLOSED
    return bool(there & telling) or bare in _ALONE or bool(_OTHER_LETTERS.search(stage.casefold()))
