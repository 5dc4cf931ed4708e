"""The names behind ids: stages with their order and meaning, pipelines, owners with manager and team."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from forecast.crm.columns import flag, text_columns
from forecast.crm.mapping import Mapping
from forecast.crm.sources import Part, Sources
from simulations.tables import LOST, OPEN, WON, looked_up

STAGES = ("key", "name", "pipeline", "place", "outcome", "probability")
OWNERS = ("key", "owner", "manager", "team")


def _nothing(columns: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame({column: pd.Series(dtype="str") for column in columns})


@dataclass(frozen=True, slots=True)
class Names:
    """What ids stand for.

    Attributes
    ----------
    stages : DataFrame
        Columns `STAGES`: id, label, name of the pipeline (missing where there is one only), order, outcome
        (missing where the file does not say) and the CRM's own chance to win, 0 to 1. Ids are unique.
    pipelines : mapping of str to str
    owners : DataFrame
        Columns `OWNERS`: id, name, name of the manager, name of the team. Ids are unique.
    merged : Series of str
        Ids that were merged into another one, which is the index.
    """

    stages: pd.DataFrame = field(default_factory=lambda: _nothing(STAGES))
    pipelines: dict[str, str] = field(default_factory=dict)
    owners: pd.DataFrame = field(default_factory=lambda: _nothing(OWNERS))
    merged: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))

    def stage(self, keys: pd.Series) -> pd.Series:
        """Return the labels behind stage ids; what is no id stays as it is."""
        return _replaced(keys, self.stages.set_index("key")["name"])

    def pipeline(self, keys: pd.Series) -> pd.Series:
        """Return the names behind pipeline ids; what is no id stays as it is."""
        return _replaced(keys, pd.Series(self.pipelines, dtype="str"))

    def owner(self, keys: pd.Series) -> pd.Series:
        """Return the names behind owner ids; what is no id stays as it is."""
        return _replaced(keys, self.owners.set_index("key")["owner"])


def _replaced(keys: pd.Series, names: pd.Series) -> pd.Series:
    if names.empty:
        return keys
    known = names.dropna()
    table = dict(zip(map(str, known.index), known, strict=True))
    return looked_up(keys, table, "str").fillna(keys)


def names_of(sources: Sources, mapping: Mapping) -> Names:
    """Return the names that the files beside the opportunities give."""
    pipelines = _pipelines(sources.of("pipelines"))
    stages = _stages(sources.of("stages"), pipelines)
    if mapping.all_pipelines:
        label = stages["name"] + " (" + stages["pipeline"] + ")"
        stages = stages.assign(name=label.fillna(stages["name"]))
    return Names(stages, pipelines, _owners(sources), _merged(sources.of("merges")))


def _pipelines(parts: Sequence[Part]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts:
        columns = text_columns(part)
        known = columns["key"].notna() & columns["name"].notna()
        found |= dict(zip(columns["key"][known], columns["name"][known], strict=True))
    return found


def _stages(parts: Sequence[Part], pipelines: dict[str, str]) -> pd.DataFrame:
    """Return the stages in the order of their pipelines and places; of an id that stands twice the first counts."""
    found = [
        _options(part) if "options" in part.layout.columns else _stage_rows(part)
        # A file of stages says more than the options of a field.
        for part in sorted(parts, key=lambda part: "options" in part.layout.columns)
    ]
    if not found:
        return _nothing(STAGES)
    rows = pd.concat(found, ignore_index=True).drop_duplicates("key")
    rows["pipeline"] = _replaced(rows["pipeline"], pd.Series(pipelines, dtype="str"))
    order = list(dict.fromkeys([*pipelines.values(), *rows["pipeline"]]))
    rows["rank"] = rows["pipeline"].map({name: place for place, name in enumerate(order)})
    return rows.sort_values(["rank", "place"], kind="stable")[list(STAGES)].reset_index(drop=True)


def _stage_rows(part: Part) -> pd.DataFrame:
    columns = text_columns(part)
    rows = pd.DataFrame({"key": columns["key"], "name": columns["name"]}).dropna()
    rows["pipeline"] = columns.get("pipeline", pd.Series(dtype="str")).reindex(rows.index)
    place = pd.to_numeric(columns.get("place", pd.Series(dtype="str")), errors="coerce")
    rows["place"] = place.reindex(rows.index).fillna(pd.Series(range(len(rows)), index=rows.index))
    rows["outcome"] = _outcome(columns).reindex(rows.index)
    share = pd.to_numeric(columns.get("probability", pd.Series(dtype="str")), errors="coerce")
    whole = share > 1
    rows["probability"] = (share / 100 if whole.any() else share).reindex(rows.index)
    return rows


def _outcome(columns: dict[str, pd.Series]) -> pd.Series:
    """Return won, lost or open by the flags of a stage; missing where there are none."""
    if "is_closed" not in columns:
        return pd.Series(dtype="str")
    closed = flag(columns["is_closed"])
    won = flag(columns["is_won"]) if "is_won" in columns else closed & False
    told = pd.Series(OPEN, index=closed.index, dtype="str").mask(closed == True, LOST)  # noqa: E712 - may be missing
    return told.mask(won == True, WON)  # noqa: E712 - may be missing


def _options(part: Part) -> pd.DataFrame:
    """Return the stages that stand as options (JSON) of the field stage in a list of fields."""
    columns = text_columns(part)
    of_stage = columns["field"].str.casefold().isin(["stage_id", "stage"])
    rows: list[dict[str, object]] = []
    for text in columns["options"][of_stage].dropna():
        try:
            listed = json.loads(str(text))
        except ValueError:
            continue
        rows += [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
    return pd.DataFrame(
        {
            "key": pd.Series([str(row.get("id")) for row in rows], dtype="str"),
            "name": pd.Series([str(row.get("label")) for row in rows], dtype="str"),
            "pipeline": pd.Series([None] * len(rows), dtype="str"),
            "place": pd.Series(range(len(rows)), dtype="float64"),
            "outcome": pd.Series([None] * len(rows), dtype="str"),
            "probability": pd.Series(float("nan"), index=range(len(rows))),
        }
    )


def _merged(parts: Sequence[Part]) -> pd.Series:
    found = [text_columns(part) for part in parts]
    pairs = [pd.Series(part["merged"].to_numpy(), index=part["id"].to_numpy()) for part in found]
    return pd.concat(pairs).dropna().astype("str") if pairs else pd.Series(dtype="str")


def _owners(sources: Sources) -> pd.DataFrame:
    parts = [_owner_rows(part) for part in sources.of("owners")]
    if not parts:
        return _nothing(OWNERS)
    rows = pd.concat(parts, ignore_index=True).drop_duplicates("key")
    by_key = rows.set_index("key")["owner"]
    rows["manager"] = _replaced(rows["manager"], by_key)
    rows["team"] = _replaced(_team(rows, sources.of("members")), _teams(sources.of("teams")))
    return rows[list(OWNERS)].astype("str").reset_index(drop=True)


def _owner_rows(part: Part) -> pd.DataFrame:
    columns = text_columns(part)
    blank = pd.Series(index=part.sheet.rows.index, dtype="str")
    name = columns.get("name", blank)
    first, last = (columns.get(key, blank).fillna("") for key in ("first_name", "last_name"))
    name = name.fillna((first + " " + last).str.strip().replace("", None))
    name = name.fillna(columns.get("email", blank)).fillna(columns["key"])
    rows = pd.DataFrame({"key": columns["key"], "owner": name.astype("str")})
    for meaning in ("manager", "team"):
        rows[meaning] = columns.get(meaning, blank)
    return rows[rows["key"].notna()]


def _team(rows: pd.DataFrame, parts: Sequence[Part]) -> pd.Series:
    """Return the team of each owner: their own, else their primary membership, else their first."""
    team = rows["team"]
    for part in parts:
        columns = text_columns(part)
        members = pd.DataFrame({"owner": columns["owner"], "team": columns["team"]}).dropna()
        if "primary" in columns:
            members = members.assign(first=flag(columns["primary"]).reindex(members.index) == True)  # noqa: E712 - may be missing
            members = members.sort_values("first", ascending=False, kind="stable")
        first = members.drop_duplicates("owner").set_index("owner")["team"]
        team = team.fillna(rows["key"].map(first).astype("str"))
    return team


def _teams(parts: Sequence[Part]) -> pd.Series:
    found = [text_columns(part) for part in parts]
    pairs = [pd.Series(part["name"].to_numpy(), index=part["key"].to_numpy()) for part in found]
    return pd.concat(pairs).dropna().astype("str") if pairs else pd.Series(dtype="str")
