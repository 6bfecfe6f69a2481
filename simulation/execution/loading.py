"""What a fork server imports before what is to be loaded: none of that is garbage.

So nobody looks for any among it, again and again, while it is loaded.
"""

from __future__ import annotations

import gc

gc.disable()
