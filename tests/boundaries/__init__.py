"""Where is it: areas, coordinates, registers, map files, names and the geocoder."""
