"""Words under which columns and outcomes stand in files of no known CRM, in several languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

#: Meaning -> names of a column, the surest first; lower case, without accents and punctuation.
HEADERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": (
            *("opportunity id", "deal id", "lead id", "case id", "record id", "id", "opportunity number"),
            *("deal number", "number", "no", "nr", "key", "reference", "ref", "vorgangsnummer", "nummer", "numero"),
        ),
        "created": (
            *("created", "created at", "created on", "created date", "create date", "creation date", "date created"),
            *("opened", "opened at", "open date", "start date", "started", "begun", "begin", "added", "received"),
            *("erstellt", "erstellt am", "erstelldatum", "angelegt", "angelegt am", "anlagedatum", "eroffnet"),
            *("date de creation", "cree le", "fecha de creacion", "creado", "creado el", "vytvoreno", "datum vytvoreni"),
            *("aangemaakt", "data de criacao", "criado em", "data di creazione", "creato il"),
        ),
        "close": (
            *("closed at", "closed on", "closed date", "closed", "close date", "closing date", "date closed"),
            *("end date", "ended", "completed", "finished", "decision date", "won date"),
            *("abschlussdatum", "abschluss", "geschlossen", "geschlossen am", "abgeschlossen am"),
            *("date de cloture", "cloture le", "fecha de cierre", "cerrado", "uzavreno", "datum uzavreni"),
            *("sluitingsdatum", "gesloten op", "data de fechamento", "data di chiusura"),
        ),
        "expected_close": (
            *("expected close date", "expected close", "expected closing", "expected", "forecast date", "est close date"),
            *("estimated close date", "estimated close", "target date", "planned close", "due date"),
            *("voraussichtlicher abschluss", "erwarteter abschluss", "erwartetes abschlussdatum", "geplanter abschluss"),
            *("date de cloture prevue", "fecha de cierre esperada", "ocekavane uzavreni", "previsao de fechamento"),
        ),
        "modified": (
            *("modified", "modified at", "last modified", "last modified date", "updated", "updated at", "update time"),
            *("geandert", "geandert am", "modifie le", "modificado", "upraveno"),
        ),
        "next_step": (
            *("next step date", "next activity date", "next activity", "next contact", "nachste aktivitat"),
            *("prochaine activite", "proxima actividad", "dalsi aktivita"),
        ),
        "status": ("status", "state", "outcome", "result", "ergebnis", "statut", "estado", "stato", "stav", "situacao"),
        "stage": (
            *("stage", "deal stage", "sales stage", "pipeline stage", "phase", "step", "stufe", "etape", "etapa"),
            *("fase", "faze", "verkaufsphase"),
        ),
        "amount": (
            *("amount", "deal value", "close value", "value", "deal size", "deal amount", "revenue", "arr", "acv", "tcv"),
            *("total", "price", "betrag", "wert", "umsatz", "volumen", "summe", "auftragswert", "montant", "valeur"),
            *("importe", "valor", "hodnota", "castka", "bedrag", "waarde", "importo", "valore"),
        ),
        "currency": ("currency", "currency code", "wahrung", "devise", "moneda", "mena", "valuta", "moeda"),
        "owner": (
            *("owner", "deal owner", "sales rep", "sales agent", "rep", "salesperson", "account executive", "seller"),
            *("agent", "assigned to", "responsible", "verantwortlich", "besitzer", "zustandig", "inhaber", "vertriebler"),
            *("proprietaire", "commercial", "responsable", "propietario", "vendedor", "vlastnik", "obchodnik"),
            *("eigenaar", "verkoper", "proprietario", "venditore"),
        ),
        "source": (
            *("source", "lead source", "channel", "origin", "quelle", "herkunft", "kanal", "origine", "canal"),
            *("fuente", "origen", "zdroj", "bron", "fonte"),
        ),
        "product": ("product", "product name", "product line", "produkt", "produit", "producto", "prodotto", "produto"),
        "name": (
            *("name", "deal name", "opportunity name", "title", "deal", "opportunity", "subject", "topic"),
            *("bezeichnung", "titel", "nazev", "nom", "titre", "nombre", "titulo", "nome", "titolo", "naam"),
        ),
        "probability": (
            *("probability", "win probability", "probability %", "chance", "likelihood", "wahrscheinlichkeit"),
            *("probabilite", "probabilidad", "pravdepodobnost", "kans", "probabilita", "probabilidade"),
        ),
        "forecast_category": ("forecast category", "forecast", "commitment", "prognosekategorie"),
        "pipeline": ("pipeline", "pipeline name"),
        "manager": ("manager", "sales manager", "reports to", "vorgesetzter", "vedouci"),
        "team": ("team", "owner team", "sales team", "region", "regional office"),
        "deleted": ("deleted", "is deleted", "geloscht"),
    }
)  # fmt: skip
#: Outcome -> words of a status or a stage that mean it.
OUTCOMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "open": (
            *(
                "open",
                "in progress",
                "active",
                "pending",
                "offen",
                "laufend",
                "aktiv",
                "in arbeit",
                "ouvert",
                "en cours",
            ),
            *(
                "abierto",
                "abierta",
                "en curso",
                "otevreno",
                "otevreny",
                "aberto",
                "aberta",
                "aperto",
                "aperta",
                "lopend",
            ),
        ),
        "won": (
            *(
                "won",
                "closed won",
                "win",
                "successful",
                "signed",
                "gewonnen",
                "gagne",
                "gagnee",
                "ganado",
                "ganada",
            ),
            *("vyhrano", "vyhrany", "ganho", "ganha", "vinto", "vinta"),
        ),
        "lost": (
            *("lost", "closed lost", "loss", "unsuccessful", "rejected", "declined", "verloren", "abgelehnt"),
            *("perdu", "perdue", "perdido", "perdida", "prohrano", "prohrany", "perso", "persa"),
        ),
        "disqualified": (
            "disqualified",
            "unqualified",
            "cancelled",
            "canceled",
            "storniert",
            "disqualifiziert",
        ),
    }
)


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


def fit(header: str, names: Sequence[str]) -> float:
    """Return how well a header fits one of the names of a meaning; 0 where it does not.

    A whole name counts 2, one inside a longer header 1; among several names the earlier is surer.
    """
    words = bare_words(header)
    best = 0.0
    for place, name in enumerate(names):
        surer = 1 - place / (2 * len(names))
        if words == name:
            best = max(best, 2 * surer)
        elif f" {name} " in f" {words} ":
            best = max(best, surer)
    return best


def outcome_of_word(text: str) -> str | None:
    """Return what a word of a status or a stage means; None where it is none of the known ones."""
    words = bare_words(text)
    return next((outcome for outcome, known in OUTCOMES.items() if words in known), None)
