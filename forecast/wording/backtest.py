"""The templates of sentences about a backtest. A translation replaces these, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

TEMPLATES: Mapping[str, str] = MappingProxyType(
    {
        "backtest.better": "{Where}: the forecast's loss is {ratio} of the trailing mean's, and smaller than that of the best "
        "baseline, {best}: by {gap} of it (95% interval: {low} to {high}).",
        "backtest.same": "{Where}: the forecast's loss is {ratio} of the trailing mean's. Whether it is smaller than that of the "
        "best baseline, {best}, is open: it is {gap} of it {side} (95% interval of the difference: {low} to {high}).",
        "backtest.worse": "{Where}: the forecast's loss is {ratio} of the trailing mean's, but larger than that of the best "
        "baseline, {best}: by {gap} of it (95% interval: {low} to {high}).",
        "backtest.unsure": "{Where}: the forecast's loss is {ratio} of the trailing mean's, and {gap} {side} than that of the best "
        "baseline, {best}. All origins share days with each other, so that no interval can be given.",
        "backtest.refused": "{Where}: at {count} of {all} origins the forecast was refused, because too little was known; nobody "
        "is scored there.",
        "backtest.hits_right": "{Where}: {share} of {origins} outcomes lay in the {level} interval (98% range: {low} to {high}), "
        "which is as often as it should be, to that range.",
        "backtest.hits_wrong": "{Where}: {share} of {origins} outcomes lay in the {level} interval (98% range: {low} to {high}): "
        "not as often as it should be.",
        "backtest.hits_few": "{Where}: {share} of {origins} outcomes lay in the {level} interval. Too few of them share no days "
        "({blocks}) to judge it.",
        "backtest.pooled": "Over everything, segments included, {share} of {outcomes} outcomes lay in the {level} interval.",
    }
)
