"""Which browser the tests drive. Shell.

Debian's chromium comes in two packages. The one that can only run without a window does half the work for the same
page: no start page, no toolbar pages, no composing of a window.
"""

from pathlib import Path

_KNOWN = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")

CHROMIUM = next((path for path in _KNOWN if Path(path).exists()), "")
"""Empty where there is none."""
