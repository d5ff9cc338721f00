"""An invented county, seeded: Lufeng's unit names, and streets, landmarks and tickets nobody has seen.

Everything is written as the ordinary files a county hands over, and read back by the ordinary path. It is
used by ``geo-service demo``, by tests and by benchmarks. Stable are the names below.
"""

from geo_service.demo.files import DEMO_SETTINGS as DEMO_SETTINGS
from geo_service.demo.files import DEMO_TODAY as DEMO_TODAY
from geo_service.demo.files import DemoFiles as DemoFiles
from geo_service.demo.files import write_demo as write_demo
