"""Words under which columns stand in files of no known CRM, in several languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from forecast.crm.outcome_words import bare_words

#: Meaning -> names of a column, the surest first; lower case, without accents and punctuation.
HEADERS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "id": (
            *("opportunity id", "deal id", "lead id", "case id", "record id", "id", "opportunity number"),
            *("deal number", "number", "no", "nr", "key", "reference", "ref", "vorgangsnummer", "nummer", "numero"),
            *("vorgang", "codigo", "code", "ticket", "cislo", "identifiant"),
        ),
        "created": (
            *("created", "created at", "created on", "created date", "create date", "creation date", "date created"),
            *("opened", "opened at", "open date", "start date", "started", "begun", "begin", "added", "received"),
            *("erstellt", "erstellt am", "erstelldatum", "angelegt", "angelegt am", "anlagedatum", "eroffnet"),
            *("date de creation", "cree le", "fecha de creacion", "creado", "creado el", "vytvoreno", "datum vytvoreni"),
            *("aangemaakt", "data de criacao", "criado em", "data di creazione", "creato il", "erstellungsdatum"),
            *("ouverture", "date d ouverture", "fecha de alta", "alta", "apertura", "vytvoren", "aanmaakdatum", "angelegt"),
        ),
        "close": (
            *("closed at", "closed on", "closed date", "closed", "close date", "closing date", "date closed"),
            *("end date", "ended", "completed", "finished", "decision date", "won date"),
            *("abschlussdatum", "abschluss", "geschlossen", "geschlossen am", "abgeschlossen am"),
            *("date de cloture", "cloture le", "fecha de cierre", "cerrado", "uzavreno", "datum uzavreni"),
            *("sluitingsdatum", "gesloten op", "data de fechamento", "data di chiusura", "schlusstermin", "abschlusstermin"),
            *("date de fermeture", "fermeture", "cloture", "uzavren", "erledigt am"),
        ),
        "expected_close": (
            *("expected close date", "expected close", "expected closing", "expected", "forecast date", "est close date"),
            *("estimated close date", "estimated close", "target date", "planned close", "due date"),
            *("voraussichtlicher abschluss", "erwarteter abschluss", "erwartetes abschlussdatum", "geplanter abschluss"),
            *("date de cloture prevue", "fecha de cierre esperada", "ocekavane uzavreni", "previsao de fechamento"),
            *("cloture prevue", "fecha de cierre prevista", "cierre previsto", "ocekavane datum uzavreni"),
            *("data di chiusura prevista", "verwachte sluitingsdatum", "geplantes abschlussdatum"),
        ),
        "modified": (
            *("modified", "modified at", "last modified", "last modified date", "updated", "updated at", "update time"),
            *("geandert", "geandert am", "modifie le", "modificado", "upraveno"),
        ),
        "won": (
            *("won time", "won at", "won on", "date won", "gewonnen am", "gewonnen op", "gagne le", "ganado el"),
            *("cas vyhry", "vinto il", "data ganho"),
        ),
        "lost": (
            *("lost time", "lost at", "lost on", "date lost", "verloren am", "verloren op", "perdu le", "perdido el"),
            *("cas prohry", "perso il", "data perdido"),
        ),
        "next_step": (
            *("next step date", "next activity date", "next activity", "next contact", "nachste aktivitat"),
            *("prochaine activite", "proxima actividad", "dalsi aktivita"),
        ),
        "status": ("status", "state", "outcome", "result", "ergebnis", "statut", "estado", "stato", "stav", "situacao", "stand", "situacion", "situation"),
        "stage": (
            *("stage", "deal stage", "sales stage", "pipeline stage", "phase", "step", "stufe", "etape", "etapa"),
            *("fase", "faze", "verkaufsphase"),
        ),
        "amount": (
            *("amount", "deal value", "close value", "value", "deal size", "deal amount", "revenue", "arr", "acv", "tcv"),
            *("total", "price", "betrag", "wert", "umsatz", "volumen", "summe", "auftragswert", "montant", "valeur"),
            *("importe", "valor", "hodnota", "castka", "bedrag", "waarde", "importo", "valore", "montant ht", "auftragsvolumen"),
            *("dealwert", "deal wert", "angebotssumme", "angebotswert", "nettobetrag", "opportunity betrag"),
        ),
        "currency": ("currency", "currency code", "wahrung", "devise", "moneda", "mena", "valuta", "moeda"),
        "owner": (
            *("owner", "deal owner", "sales rep", "sales agent", "rep", "salesperson", "account executive", "seller"),
            *("agent", "assigned to", "responsible", "verantwortlich", "besitzer", "zustandig", "inhaber", "vertriebler"),
            *("proprietaire", "commercial", "responsable", "propietario", "vendedor", "vlastnik", "obchodnik"),
            *("eigenaar", "verkoper", "proprietario", "venditore", "verkaufer", "zustandiger mitarbeiter", "bearbeiter"),
        ),
        "source": (
            *("source", "lead source", "channel", "origin", "quelle", "herkunft", "kanal", "origine", "canal"),
            *("fuente", "origen", "zdroj", "bron", "fonte"),
        ),
        "product": ("product", "product name", "product line", "produkt", "produit", "producto", "prodotto", "produto"),
        "name": (
            *("nom de l opportunite", "nombre de la oportunidad", "nom de la transaction", "nombre del negocio"),
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
