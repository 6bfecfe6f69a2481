"""What a fork server imports last: what was loaded stays, and garbage is looked for again.

So what was loaded also stays in the pages of memory that all workers share.
"""

from __future__ import annotations

import gc

gc.freeze()
gc.enable()
