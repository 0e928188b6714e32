import pickle

import pytest

from recc_mc.study import Hierarchy, Indicator

HIERARCHY = Hierarchy(
    (
        Indicator("dust", "pressure", "air", 1, "t", "Dust"),
        Indicator("rain", "support", "water", 1, "mm", "Precipitation"),
        Indicator("soil", "support", "land", -1, "%", "Poor soil"),
        Indicator("lake", "support", "water", 1, "km2", "Lakes"),
    )
)


def test_orders_are_those_of_first_appearance_and_systems_support_first():
    assert HIERARCHY.names == ("dust", "rain", "soil", "lake")
    assert HIERARCHY.criteria("support") == ("water", "land")
    assert HIERARCHY.all_criteria == ("water", "land", "air")
    assert HIERARCHY.members("water") == ("rain", "lake")
    assert Hierarchy(HIERARCHY.indicators[:1]).criteria("support") == ()


def test_nodes_list_each_system_before_its_criteria():
    assert list(HIERARCHY.nodes.items()) == [
        ("support", ("water", "land")),
        ("water", ("rain", "lake")),
        ("land", ("soil",)),
        ("pressure", ("air",)),
        ("air", ("dust",)),
    ]


def test_look_up_by_name():
    assert HIERARCHY["soil"].direction == -1
    assert HIERARCHY.system_of("air") == "pressure"
    with pytest.raises(KeyError):
        HIERARCHY["snow"]
    with pytest.raises(KeyError):
        HIERARCHY.system_of("fire")


def test_is_immutable_and_survives_pickling_after_its_tree_was_used():
    with pytest.raises(TypeError):
        HIERARCHY.nodes["support"] = ()
    copy = pickle.loads(pickle.dumps(HIERARCHY))
    assert copy.nodes == HIERARCHY.nodes
    assert copy.names == HIERARCHY.names
