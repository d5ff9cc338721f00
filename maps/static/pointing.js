// A map to point at: click, drag, or arrow keys; the page around it is told where.
"use strict";

(() => {
  const { element, drawing } = GeoMaps;
  const PIN = "M12 23C7 16 4 12.4 4 9a8 8 0 1 1 16 0c0 3.4-3 7-8 14Z";
  const STEP = 12; // pixels at one press of an arrow key; with Shift one
  const CLOSE = 16; // zoom level at which a first point is worth its metres
  const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

  const PinIcon = L.DivIcon.extend({
    options: { className: "pin-mark", iconSize: [36, 44], iconAnchor: [18, 42] },
    createIcon() {
      const made = element("div", "", drawing("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" },
        drawing("path", { d: PIN, fill: "#a4201c", stroke: "#fff", "stroke-width": 1.5 }),
        drawing("circle", { cx: 12, cy: 9, r: 3, fill: "#fff" })));
      this._setIconStyles(made, "icon");
      return made;
    },
  });

  const RankIcon = L.DivIcon.extend({
    options: { className: "rank-mark", iconSize: [28, 28] },
    createIcon() {
      const made = element("div", "", this.options.rank);
      this._setIconStyles(made, "icon");
      return made;
    },
  });

  class PointingMap {
    constructor(page) {
      this.page = page;
      this.map = page.map;
      this.sigma = page.data.chosen?.sigma_m || 30;
      // whoever was sent to the wrong end of the county finds the other one
      const county = page.layers.villages.getBounds();
      if (county.isValid()) page.everything.extend(county);
      page.limitZoom();
      for (const one of page.data.considered) this.consider(one);
      if (page.data.chosen) this.put([page.data.chosen.lat, page.data.chosen.lon]);
      if (page.data.is_movable) this.listen();
    }

    consider(one) {
      const at = [one.lat, one.lon];
      if (one.sigma_m > 0) L.circle(at, { radius: one.sigma_m, color: "#0072B2", weight: 1.5, dashArray: "4 4", fillOpacity: 0.06, interactive: false }).addTo(this.map);
      const marker = L.marker(at, { icon: new RankIcon({ rank: one.rank }), title: one.label, alt: one.label });
      GeoMaps.whenChosen(marker, () => {
        if (this.page.data.is_movable) this.point(L.latLng(at));
        else this.page.popup(at, element("div", "detail", element("h3", "", one.label)));
      }).addTo(this.map);
    }

    put(at) {
      if (!this.marker) {
        const { is_movable } = this.page.data;
        this.marker = L.marker(at, {
          icon: new PinIcon(), draggable: is_movable, autoPan: is_movable, keyboard: true, zIndexOffset: 1000,
          title: this.page.words.point_marker, alt: this.page.words.point_marker,
        }).addTo(this.map);
        this.circle = L.circle(at, { radius: this.sigma, color: "#a4201c", weight: 1.5, dashArray: "4 4", fillOpacity: 0.06, interactive: false }).addTo(this.map);
        if (is_movable) {
          this.marker.on("drag", () => this.circle.setLatLng(this.marker.getLatLng()));
          this.marker.on("dragend", () => this.point(this.marker.getLatLng()));
          L.DomEvent.on(this.marker.getElement(), "keydown", (event) => this.press(event));
        }
      }
      this.marker.setLatLng(at);
      this.circle.setLatLng(at).setRadius(this.sigma);
    }

    point(at) {
      this.put(at);
      this.marker.getElement().focus({ preventScroll: true });
      this.tell({ about: "place", lon: at.lng, lat: at.lat, zoom: this.map.getZoom() });
    }

    tell(message) {
      if (window.parent !== window) window.parent.postMessage(message, window.location.origin);
    }

    press(event) {
      if (event.key === "Enter") {
        L.DomEvent.stop(event);
        this.tell({ about: "confirm" });
        return;
      }
      const by = ARROWS[event.key];
      if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
      L.DomEvent.stop(event);
      const step = event.shiftKey ? 1 : STEP;
      const to = this.map.latLngToContainerPoint(this.marker.getLatLng()).add([by[0] * step, by[1] * step]);
      const at = this.map.containerPointToLatLng(to);
      if (!this.map.getBounds().pad(-0.05).contains(at)) this.map.panTo(at, { animate: false });
      this.point(at);
    }

    listen() {
      const container = this.map.getContainer();
      this.map.on("click", (event) => this.point(event.latlng));
      // without a marker, Enter on the map sets one in the middle: no mouse is needed
      L.DomEvent.on(container, "keydown", (event) => {
        if (event.target !== container || event.key !== "Enter") return;
        L.DomEvent.stop(event);
        this.point(this.map.getCenter());
      });
      window.addEventListener("message", (event) => {
        const { about, lon, lat, sigma_m } = event.data || {};
        if (event.source !== window.parent || event.origin !== window.location.origin || about !== "place") return;
        if (![lon, lat].every(Number.isFinite)) return;
        if (Number.isFinite(sigma_m) && sigma_m > 0) this.sigma = sigma_m;
        this.put([lat, lon]);
        if (!this.map.getBounds().contains([lat, lon])) this.map.setView([lat, lon], Math.max(this.map.getZoom(), CLOSE), { animate: false });
      });
      this.tell({ about: "ready" });
    }
  }

  GeoMaps.kinds.pointing = (page) => new PointingMap(page);
})();
