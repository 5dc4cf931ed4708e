"""Several pipelines in one export: one is chosen, or all are read and their stages carry its name."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from forecast.crm.cells import Cells
from forecast.crm.faults import listed
from forecast.crm.mapping import Mapping
from forecast.crm.names import Names
from simulations.errors import BadInput, Problem
from simulations.tables import LOST, OPEN, WON

STAGE_KEYS = ("stages", "won_stages", "lost_stages", "disqualified_stages")


def of_pipelines(cells: Cells, names: Names) -> Cells:
    """Return the cells of the pipeline that is read, or of all; with what the CRM says of its stages.

    Parameters
    ----------
    cells : Cells
    names : Names

    Raises
    ------
    BadInput
        If there are several pipelines and none was named, or the named one is not there.
    """
    if cells.mapping.all_pipelines:
        cells = _qualified(cells)
    elif "pipeline" in cells.texts:
        cells = _chosen(cells)
    return _with_stages(cells, names)


def qualified(stage: pd.Series, pipeline: pd.Series) -> pd.Series:
    """Return ``Stage (Pipeline)``; the stage alone where there is no pipeline, or where it says so already."""
    suffix = " (" + pipeline + ")"
    said = pd.Series(
        [str(one).endswith(str(other)) for one, other in zip(stage, suffix, strict=True)], index=stage.index
    )
    return (stage + suffix).where(pipeline.notna() & ~said, stage)


def _chosen(cells: Cells) -> Cells:
    pipelines = [str(name) for name in cells.texts["pipeline"].dropna().unique()]
    wanted, header, file = cells.mapping.pipeline, cells.header("pipeline"), cells.sheet.file
    if wanted is None and len(pipelines) > 1:
        allowed = (
            "several pipelines are in one file; name the one to read with --pipeline (or `pipeline:` in a mapping "
            "file), or read them all with --all-pipelines"
        )
        raise BadInput([Problem(file, "", header, listed(pipelines), allowed)])
    if wanted is None:
        return cells
    if wanted not in pipelines:
        allowed = f"is no pipeline of this file; there is {listed(pipelines)}"
        raise BadInput([Problem(file, "", header, wanted, allowed)])
    mine = cells.texts["pipeline"] == wanted
    return replace(cells, texts={meaning: text[mine] for meaning, text in cells.texts.items()})


def _qualified(cells: Cells) -> Cells:
    """Return the cells with stages that carry their pipeline's name, in the mapping too."""
    if "pipeline" not in cells.texts or "stage" not in cells.texts:
        return cells
    pipeline = cells.texts["pipeline"]
    texts = {**cells.texts, "stage": _by_pair(cells.texts["stage"], pipeline)}
    pipelines = [str(name) for name in pipeline.dropna().unique()]
    told = {
        key: tuple(
            f"{stage} ({name})" if name else stage
            for name in ("", *pipelines)
            for stage in getattr(cells.mapping, key)
        )
        for key in STAGE_KEYS
    }
    shares = {
        f"{stage} ({name})": share
        for name in pipelines
        for stage, share in cells.mapping.stage_probabilities.items()
    }
    shares |= cells.mapping.stage_probabilities
    mapping = cells.mapping.model_copy(update={**told, "stage_probabilities": shares})
    return replace(cells, texts=texts, mapping=mapping)


def _by_pair(stage: pd.Series, pipeline: pd.Series) -> pd.Series:
    """Return `qualified`, computed once for each pair of stage and pipeline."""
    pairs = pd.DataFrame({"stage": stage, "pipeline": pipeline})
    distinct = pairs.drop_duplicates().dropna(subset="stage").reset_index(drop=True)
    distinct["label"] = qualified(distinct["stage"], distinct["pipeline"]).astype("str")
    return (
        pairs.merge(distinct, how="left", on=["stage", "pipeline"])["label"]
        .set_axis(stage.index)
        .astype("str")
    )


def _with_stages(cells: Cells, names: Names) -> Cells:
    """Return the cells with what the CRM's own list of stages says: their order, their meaning, their chances."""
    rows = names.stages
    if cells.pipeline:
        rows = rows[(rows["pipeline"] == cells.pipeline) | rows["pipeline"].isna()]
    if rows.empty:
        return cells
    open_rows = rows[rows["outcome"].fillna(OPEN) == OPEN]
    known = open_rows.dropna(subset="probability")
    shares = dict(zip(known["name"].astype("object"), known["probability"].astype("float64"), strict=True))
    told = cells.mapping
    update = {
        "won_stages": _and_also(told.won_stages, rows, WON),
        "lost_stages": _and_also(told.lost_stages, rows, LOST),
        "stage_probabilities": {**shares, **told.stage_probabilities},
    }
    mapping: Mapping = told.model_copy(update=update)
    return replace(cells, mapping=mapping, listed=told.stages or tuple(dict.fromkeys(open_rows["name"])))


def _and_also(stated: tuple[str, ...], rows: pd.DataFrame, outcome: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*stated, *rows.loc[rows["outcome"] == outcome, "name"]]))
