// The map of problems: overlaps, gaps and broken outlines, each in the list and on the ground.
"use strict";

(() => {
  const { element, mark, button } = GeoMaps;
  const PAGE = 50; // rows added to the list at a time
  const NEAR = 0.0002; // degrees around a small problem, about twenty metres

  const MarkIcon = L.DivIcon.extend({
    options: { iconSize: [22, 22], className: "spot" },
    createIcon() {
      const made = element("div", "", mark(this.options.look, false));
      this._setIconStyles(made, "icon");
      return made;
    },
  });

  class TopologyMap {
    constructor(page) {
      this.page = page;
      this.words = page.words;
      this.looks = new Map(page.data.kinds.map((look) => [look.kind, look]));
      this.problems = page.data.problems.map((problem, row) => ({ ...problem, row }));
      this.shapes = new Map();
      this.kinds = new Set();
      this.chosen = null;
      this.list = document.getElementById("list");
      this.beside = L.layerGroup().addTo(page.map); // names of the chosen problem's areas, on their ground
      page.limitZoom();
      this.gather();
      this.fillKinds();
      this.listen();
      this.filter();
    }

    // Each problem's layer: its ground from the map, or a mark where it is but a point.
    gather() {
      const ground = this.page.layers.problems;
      ground.eachLayer?.((layer) => {
        if (layer.feature) this.shapes.set(layer.feature.id, layer);
      });
      for (const problem of this.problems) {
        if (problem.is_point) {
          const icon = new MarkIcon({ look: this.looks.get(problem.kind) });
          const marker = L.marker([problem.lat, problem.lon], { icon, title: problem.sentence });
          GeoMaps.whenChosen(marker, () => this.open(problem));
          this.shapes.set(problem.row, marker);
        } else {
          this.shapes.get(problem.row)?.on("click", (event) => {
            L.DomEvent.stopPropagation(event);
            this.open(problem, event.latlng);
          });
        }
      }
    }

    fillKinds() {
      const chips = document.getElementById("kinds");
      const counts = new Map();
      for (const { kind } of this.problems) counts.set(kind, (counts.get(kind) || 0) + 1);
      for (const [kind, look] of this.looks) {
        if (!counts.has(kind)) continue;
        const box = element("input", "");
        box.type = "checkbox";
        box.addEventListener("change", () => {
          if (box.checked) this.kinds.add(kind);
          else this.kinds.delete(kind);
          this.filter();
        });
        chips.append(element("li", "", element("label", "chip", box, mark(look, false),
          element("span", "", this.words[`problem_${kind}`]), element("span", "n", String(counts.get(kind))))));
      }
    }

    filter() {
      this.shown = this.problems.filter(({ kind }) => !this.kinds.size || this.kinds.has(kind));
      if (this.chosen && !this.shown.includes(this.chosen)) this.page.map.closePopup();
      const wanted = new Set(this.shown);
      for (const problem of this.problems) {
        const shape = this.shapes.get(problem.row);
        const holder = problem.is_point ? this.page.map : this.page.layers.problems;
        if (!shape) continue;
        if (!wanted.has(problem)) holder.removeLayer(shape);
        else if (!holder.hasLayer(shape)) holder.addLayer(shape);
      }
      // the worst stand first in the list and on top on the ground
      for (const { row } of this.shown.toReversed()) this.shapes.get(row)?.bringToFront?.();
      document.getElementById("count").textContent = this.page.say("problems_shown", { shown: this.shown.length, total: this.problems.length });
      document.getElementById("clear").hidden = !this.kinds.size;
      this.list.replaceChildren();
      this.more();
      this.page.labels.draw();
    }

    clear() {
      this.kinds.clear();
      for (const box of document.querySelectorAll("#kinds input")) box.checked = false;
      this.filter();
    }

    more() {
      const from = this.list.childElementCount;
      const next = this.shown.slice(from, from + PAGE);
      this.list.append(...next.map((problem) => this.item(problem)));
      const left = this.shown.length - from - next.length;
      const more = document.getElementById("more");
      more.hidden = left <= 0;
      more.textContent = this.page.say("more", { n: Math.min(left, PAGE) });
      if (from && next.length) this.row(next[0]).focus();
    }

    item(problem) {
      const row = button("item", "", () => this.choose(problem));
      row.dataset.row = problem.row;
      row.append(mark(this.looks.get(problem.kind), false), element("span", "words",
        element("span", "title", problem.names || this.words[`problem_${problem.kind}`]),
        element("span", "soft", problem.sentence)));
      const item = element("li", "", row);
      if (problem === this.chosen) item.setAttribute("aria-current", "true");
      return item;
    }

    row(problem) {
      return this.list.querySelector(`[data-row="${problem.row}"]`);
    }

    choose(problem) {
      this.page.fit(L.latLngBounds(problem.extent).pad(0.3).extend([problem.lat - NEAR, problem.lon - NEAR])
        .extend([problem.lat + NEAR, problem.lon + NEAR]), { maxZoom: 19 });
      this.open(problem);
    }

    open(problem, at) {
      const look = this.looks.get(problem.kind);
      this.page.popup(at || [problem.lat, problem.lon], element("div", "detail",
        element("p", "state", mark(look, false), element("span", "", this.words[`problem_${problem.kind}`])),
        problem.names && element("h3", "", problem.names),
        element("p", "", problem.sentence),
        element("p", "number", `${problem.lat.toFixed(6)}, ${problem.lon.toFixed(6)}`)), { offset: [0, -4] });
      this.unmark();
      this.chosen = problem;
      this.shapes.get(problem.row)?.setStyle?.({ weight: 6 }).bringToFront();
      this.beside.clearLayers();
      for (const { text, at } of problem.beside) {
        const direction = at[1] < problem.lon ? "left" : "right";
        this.beside.addLayer(L.tooltip(at, { content: element("span", "", text), permanent: true, direction, className: "beside", opacity: 1 }));
      }
      const item = this.row(problem)?.parentElement;
      if (item) {
        item.setAttribute("aria-current", "true");
        item.scrollIntoView({ block: "nearest" });
      }
    }

    unmark() {
      if (this.chosen && !this.chosen.is_point) {
        const shape = this.shapes.get(this.chosen.row);
        if (shape) this.page.layers.problems.resetStyle(shape);
      }
      this.chosen = null;
      this.beside.clearLayers();
      for (const item of this.list.querySelectorAll("[aria-current]")) item.removeAttribute("aria-current");
    }

    listen() {
      this.page.map.on("popupclose", () => this.unmark());
      document.getElementById("more").addEventListener("click", () => this.more());
      document.getElementById("clear").addEventListener("click", () => this.clear());
      GeoMaps.walkWithArrows(this.list, ".item");
    }
  }

  GeoMaps.kinds.topology = (page) => new TopologyMap(page);
})();
