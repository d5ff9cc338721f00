"""A round handed to a phone: one link per leg, for the map app everybody has."""

from urllib.parse import quote, urlencode

import numpy as np

from boundaries import Datum, LonLat, from_wgs84


def amap_walk_link(start: LonLat, end: LonLat, name: str) -> str:
    """Return a link that opens Amap (高德地图) on the walk from one door to the next.

    Amap takes no way-points on foot, so a round is one link per leg. It expects GCJ-02 and offers no way to
    say otherwise, so the places are converted. The link works in a browser; where the app is installed, it
    opens it.

    Parameters
    ----------
    start, end
        WGS 84.
    name
        What Amap shows at the end. It leaves the county's machines, so it must be neutral, such as
        ``"第3站"``: never a resident's name or words of the ticket.

    References
    ----------
    Amap URI API, navigation: ``https://uri.amap.com/navigation``.

    Examples
    --------
    >>> amap_walk_link(LonLat(115.642, 22.945), LonLat(115.645, 22.947), "第3站")[:70]
    'https://uri.amap.com/navigation?from=115.646573,22.942111,%E8%B5%B7%E7'
    """
    (start_lon, start_lat), (end_lon, end_lat) = from_wgs84(np.array([start, end]), Datum.GCJ02)
    query = {
        "from": f"{start_lon:.6f},{start_lat:.6f},起点",
        "to": f"{end_lon:.6f},{end_lat:.6f},{name.replace(',', ' ')}",
        "mode": "walk",
        "src": "geo-service",
        "callnative": "1",
    }
    return "https://uri.amap.com/navigation?" + urlencode(query, safe=",", quote_via=quote)
