// A walking round: numbered stops, arrows along the way, and the list to walk by.
"use strict";

(() => {
  const { element, drawing, link } = GeoMaps;
  const ARROW_EVERY = 90; // pixels
  const ASIDE = 8; // pixels to the right of the way, so that there and back do not hide one another
  const NEAR_M = 8; // stops nearer than this share a mark
  const HOME = "M12 3 2.5 11.2h2.9V21h5v-6h3.2v6h5v-9.8h2.9Z";

  const HaltIcon = L.DivIcon.extend({
    options: { className: "halt-mark" },
    createIcon() {
      const { numbers } = this.options;
      const inside = numbers ? numbers.join("·") : drawing("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, drawing("path", { d: HOME }));
      const made = element("div", numbers ? "" : "home", inside);
      this._setIconStyles(made, "icon");
      return made;
    },
  });

  // Small triangles beside a line of pixels, each pointing the way one walks.
  function arrows(points) {
    const lengths = points.slice(1).map((to, i) => to.distanceTo(points[i]));
    const total = lengths.reduce((sum, length) => sum + length, 0);
    if (total < 24) return [];
    const n = Math.max(1, Math.floor(total / ARROW_EVERY));
    const made = [];
    let before = 0;
    let step = 0;
    lengths.forEach((length, i) => {
      while (step < n && length && before + length >= ((step + 0.5) * total) / n) {
        const share = (((step + 0.5) * total) / n - before) / length;
        const along = points[i + 1].subtract(points[i]).divideBy(length);
        const aside = L.point(-along.y, along.x);
        const middle = points[i].add(along.multiplyBy(share * length)).add(aside.multiplyBy(ASIDE));
        made.push([middle.add(along.multiplyBy(7)),
          middle.subtract(along.multiplyBy(5)).add(aside.multiplyBy(5)),
          middle.subtract(along.multiplyBy(5)).subtract(aside.multiplyBy(5))]);
        step += 1;
      }
      before += length;
    });
    return made;
  }

  // 1, 2, 3, 4, 5, 9 → 1–5, 9: a mark has no room for a dozen numbers
  function shortened(numbers) {
    const runs = [];
    for (const number of numbers) {
      const run = runs.at(-1);
      if (run && number === run.last + 1) run.last = number;
      else runs.push({ first: number, last: number });
    }
    return runs.flatMap(({ first, last }) => (last - first < 2 ? [...new Set([first, last])] : [`${first}–${last}`]));
  }

  class RoundMap {
    constructor(page) {
      this.page = page;
      this.map = page.map;
      const lines = page.layers.way.getLayers();
      this.legs = page.data.legs ? lines.slice(-page.data.legs) : [];
      this.directions = L.layerGroup().addTo(this.map);
      this.chosen = null;
      this.last = null; // the click that chooses the next stop closes the popup of this one first
      for (const line of this.legs) page.everything.extend(line.getBounds());
      page.everything.extend([page.data.base.lat, page.data.base.lon]);
      page.paper = () => page.everything;
      this.markers = this.addMarks();
      page.limitZoom();
      page.fit(page.everything);
      this.map.on("zoomend", () => this.drawArrows());
      this.drawArrows();
      this.listen();
    }

    addMarks() {
      const { base, stops } = this.page.data;
      const groups = [];
      stops.forEach((stop, row) => {
        if (stop.lat === null) return;
        this.page.everything.extend([stop.lat, stop.lon]);
        const near = groups.find((group) => this.map.distance(group.at, [stop.lat, stop.lon]) < NEAR_M);
        if (near) near.rows.push(row);
        else groups.push({ at: [stop.lat, stop.lon], rows: [row] });
      });
      const markers = new Map();
      const home = new HaltIcon({ iconSize: [34, 34] });
      markers.set("base", this.marker([base.lat, base.lon], home, base.name, () => this.choose("base")));
      for (const { at, rows } of groups) {
        const numbers = shortened(rows.map((row) => stops[row].seq));
        const icon = new HaltIcon({ numbers, iconSize: [Math.max(30, 12 + 9 * numbers.join("·").length), 30] });
        const names = rows.map((row) => `${stops[row].seq} ${stops[row].label}`).join(", ");
        // another click on a shared mark goes to the next of its stops
        const next = () => rows[(rows.indexOf(this.last) + 1) % rows.length];
        const marker = this.marker(at, icon, names, () => this.choose(next()));
        for (const row of rows) markers.set(row, marker);
      }
      return markers;
    }

    marker(at, icon, title, onClick) {
      return GeoMaps.whenChosen(L.marker(at, { icon, title, riseOnHover: true }), onClick).addTo(this.map);
    }

    drawArrows() {
      this.directions.clearLayers();
      this.legs.forEach((line, leg) => {
        const points = line.getLatLngs().map((at) => this.map.latLngToLayerPoint(at));
        for (const corners of arrows(points)) {
          L.polygon(corners.map((corner) => this.map.layerPointToLatLng(corner)), {
            stroke: true, color: "#fff", weight: 1.5, fillColor: leg === this.chosenLeg() ? "#b3480a" : "#0a5a4c",
            fillOpacity: 1, interactive: false, smoothFactor: 0,
          }).addTo(this.directions);
        }
      });
    }

    chosenLeg() {
      if (this.chosen === null) return -1;
      return this.chosen === "base" ? (this.legs.length > this.page.data.stops.length ? this.legs.length - 1 : -1) : this.chosen;
    }

    choose(key) {
      const { base, stops } = this.page.data;
      const stop = key === "base" ? { label: base.name } : stops[key];
      this.chosen = key;
      this.show();
      const marker = this.markers.get(key);
      if (!marker) return;
      if (!this.map.getBounds().pad(-0.1).contains(marker.getLatLng()) || this.map.getZoom() < 15) {
        this.map.setView(marker.getLatLng(), Math.max(this.map.getZoom(), 16), { animate: false });
      }
      const content = element("div", "detail",
        key === "base" ? null : element("p", "number", this.page.say("stop", { n: stop.seq })),
        element("h3", "", stop.label),
        key === "base" ? null : element("p", "when", `${stop.arrives}–${stop.departs}`),
        stop.note && element("p", "", stop.note),
        stop.url && element("p", "", link(stop.url, this.page.words.open_visit)));
      this.page.popup(marker.getLatLng(), content, { offset: [0, -10] });
      this.chosen = this.last = key;
      this.show();
    }

    show() {
      const leg = this.chosenLeg();
      this.legs.forEach((line, i) => line.setStyle({ color: i === leg ? "#b3480a" : "#0a5a4c" }));
      if (leg >= 0) this.legs[leg].bringToFront();
      this.drawArrows();
      for (const marker of new Set(this.markers.values())) {
        marker.getElement()?.classList.toggle("chosen", marker === this.markers.get(this.chosen));
      }
      for (const halt of document.querySelectorAll(".halt")) {
        const isHere = this.chosen !== null && halt.querySelector(".seq").dataset.stop === String(this.chosen);
        if (isHere) {
          halt.setAttribute("aria-current", "true");
          if (this.chosen !== "base") halt.scrollIntoView({ block: "nearest" });
        } else halt.removeAttribute("aria-current");
      }
    }

    listen() {
      const list = document.querySelector(".halts");
      list.addEventListener("click", (event) => {
        if (event.target.closest("a")) return;
        const seq = event.target.closest(".halt")?.querySelector(".seq");
        if (seq) this.choose(seq.dataset.stop === "base" ? "base" : Number(seq.dataset.stop));
      });
      GeoMaps.walkWithArrows(list, ".seq");
      this.map.on("popupclose", () => {
        this.chosen = null;
        this.show();
      });
    }
  }

  GeoMaps.kinds.round = (page) => new RoundMap(page);
})();
