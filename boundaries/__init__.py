"""Where is it? Areas, coordinates, place names and the geocoder; knows no ticket, no road network, no picture."""
