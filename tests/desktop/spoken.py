"""Prints what a screen reader is told of Balie's windows: a line of JSON for each object.

In Python because Debian's binding of AT-SPI reads a whole tree in one process.
"""

import json

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi


def children(node):
    places = (node.get_child_at_index(place) for place in range(node.get_child_count()))
    # Some go while they are read.
    return [child for child in places if child is not None]


def tell(node, window):
    focusable = node.get_state_set().contains(Atspi.StateType.FOCUSABLE)
    told = {"window": window, "role": node.get_role_name(), "name": node.get_name() or "", "focusable": focusable}
    print(json.dumps(told))
    for child in children(node):
        tell(child, window)


Atspi.init()
for application in children(Atspi.get_desktop(0)):
    if application.get_name() == "balie":
        for window in children(application):
            tell(window, window.get_name())
