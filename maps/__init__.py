"""What does it look like, and is it more than chance? Hotspots and Folium maps; knows no ticket.

Stable: the four maps, the two statistics, the background, and where the scripts come from.
"""

from maps.area_clusters import find_area_clusters as find_area_clusters
from maps.assets import STATIC as STATIC
from maps.assets import Assets as Assets
from maps.basemap import basemap_frame as basemap_frame
from maps.basemap import load_basemap as load_basemap
from maps.basemap import save_basemap as save_basemap
from maps.clusters import Cluster as Cluster
from maps.clusters import find_clusters as find_clusters
from maps.errors import BadStatisticError as BadStatisticError
from maps.errors import MapError as MapError
from maps.errors import MissingAssetError as MissingAssetError
from maps.errors import MissingColumnsError as MissingColumnsError
from maps.errors import UnknownAssetError as UnknownAssetError
from maps.hotspots import hotspots as hotspots
from maps.pages import Base as Base
from maps.pages import hotspot_map as hotspot_map
from maps.pages import round_map as round_map
from maps.pages import ticket_map as ticket_map
from maps.pointing import Considered as Considered
from maps.pointing import pointing_map as pointing_map
from maps.topology import topology_map as topology_map
from maps.words import MapWords as MapWords
