"""What a fork server imports first: modules are not garbage, so none is looked for among them.

It saves a fifth of the time that loading takes. Workers look for garbage again.
"""

from __future__ import annotations

import gc

gc.disable()
