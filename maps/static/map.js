// What all three maps share: reading the data, drawing marks, the buttons on the map, popups, printing.
// The texts come from citizens: they are only ever set as plain text.
"use strict";

const GeoMaps = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const kinds = {};

  // --- small tools ---------------------------------------------------------

  function say(template, values) {
    return template.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  function element(tag, className, ...children) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...children.filter(Boolean));
    return made;
  }

  function drawing(tag, attributes, ...children) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
  }

  function mark(look, isPale) {
    const shape = { d: look.shape, fill: look.colour, stroke: "#222", "stroke-width": 1.5, "stroke-linejoin": "round" };
    if (isPale) Object.assign(shape, { "fill-opacity": 0.3, "stroke-dasharray": "3.2 2.2", "stroke-width": 1.7 });
    return drawing("svg", { viewBox: "-1 -1 26 26", class: "mark", "aria-hidden": "true" }, drawing("path", shape));
  }

  function link(url, words) {
    if (!url) return null;
    const made = element("a", "", words);
    made.href = url;
    made.target = "_top";
    return made;
  }

  function button(className, words, onClick) {
    const made = element("button", className, words);
    made.type = "button";
    made.addEventListener("click", onClick);
    return made;
  }

  // A click, or Enter on the focused mark.
  function whenChosen(marker, act) {
    return marker.on("click", act).on("keypress", (event) => {
      if (event.originalEvent.key === "Enter") act(event);
    });
  }

  // Up and down go from row to row of a list.
  function walkWithArrows(list, rows) {
    list.addEventListener("keydown", (event) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const all = Array.from(list.querySelectorAll(rows));
      const here = all.indexOf(event.target.closest(rows));
      if (!by || here < 0 || !all[here + by]) return;
      event.preventDefault();
      all[here + by].focus();
    });
  }

  // --- the buttons on the map ----------------------------------------------

  const ICONS = { zoom_in: "M12 5v14M5 12h14", zoom_out: "M5 12h14", show_all: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" };

  // Leaflet's bar, its units in the reader's language.
  const Scale = L.Control.Scale.extend({
    initialize(words) {
      this.words = words;
      L.setOptions(this, { imperial: false, maxWidth: 120, position: "bottomleft" });
    },
    _updateMetric(most) {
      const metres = this._getRoundNum(most);
      const words = metres < 1000 ? say(this.words.metres, { n: metres }) : say(this.words.kilometres, { n: metres / 1000 });
      this._updateScale(this._mScale, words, metres / most);
    },
  });

  function addButtons(page) {
    const actions = {
      zoom_in: () => page.map.zoomIn(1),
      zoom_out: () => page.map.zoomOut(1),
      show_all: () => page.showAll(),
    };
    const Buttons = L.Control.extend({
      onAdd() {
        const bar = element("div", "leaflet-bar buttons");
        for (const [name, act] of Object.entries(actions)) {
          const one = button(name, "", act);
          one.title = page.words[name];
          one.setAttribute("aria-label", page.words[name]);
          one.append(drawing("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, drawing("path", { d: ICONS[name] })));
          bar.append(one);
        }
        L.DomEvent.disableClickPropagation(bar);
        return bar;
      },
    });
    new Buttons({ position: "topleft" }).addTo(page.map);
    new Scale(page.words).addTo(page.map);
    const layers = document.querySelector(".leaflet-control-layers-toggle");
    if (layers) {
      layers.title = page.words.layers;
      layers.setAttribute("aria-label", page.words.layers);
    }
  }

  // --- one page ------------------------------------------------------------

  class Page {
    constructor(layers) {
      this.layers = layers;
      this.map = layers.map;
      this.data = JSON.parse(document.getElementById("map-data").textContent);
      this.words = this.data.words;
      this.first = L.latLngBounds(this.data.bounds);
      this.everything = L.latLngBounds(this.data.bounds);
    }

    say(name, values) {
      return say(this.words[name], values);
    }

    fit(bounds, options) {
      this.map.fitBounds(bounds, { paddingTopLeft: [62, 20], paddingBottomRight: [24, 24], maxZoom: 17, animate: false, ...options });
    }

    showAll() {
      this.map.closePopup();
      this.fit(this.everything);
    }

    // Nobody gets lost in the empty paper. Once, before the marks are added, and a whole number: the clusters are
    // built from this zoom on, and show nothing when it is a fraction or changes later.
    limitZoom() {
      this.map.setMinZoom(Math.max(0, Math.floor(this.map.getBoundsZoom(this.everything)) - 2));
    }

    popupOptions() {
      const size = this.map.getSize();
      return {
        maxWidth: Math.min(320, size.x - 110),
        minWidth: Math.min(180, size.x - 110),
        maxHeight: Math.max(120, size.y - 90),
        autoPanPaddingTopLeft: [60, 12], // clear of the buttons
        autoPanPaddingBottomRight: [12, 12],
      };
    }

    popup(at, content, options) {
      return L.popup({ ...this.popupOptions(), ...options }).setLatLng(at).setContent(content).openOn(this.map);
    }
  }

  function watchPopups(page) {
    page.map.on("popupopen", (event) => {
      const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      if (!close) return;
      close.setAttribute("aria-label", page.words.close);
      close.title = page.words.close;
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") page.map.closePopup();
    });
  }

  // Paper has another size than the screen; the map is drawn again for it.
  function watchPaper(page) {
    let before = null;
    window.addEventListener("beforeprint", () => {
      before = { centre: page.map.getCenter(), zoom: page.map.getZoom() };
      const seen = page.map.getBounds();
      document.documentElement.classList.add("printing");
      document.querySelector("details.key")?.setAttribute("open", ""); // paper cannot unfold it
      page.map.invalidateSize({ animate: false, pan: false });
      // who sees the whole county wants it as large as the paper allows, not the empty ground around it
      const whole = seen.contains(page.everything) ? page.everything : seen;
      page.map.fitBounds(page.paper ? page.paper() : whole, { animate: false, padding: [8, 8] });
    });
    window.addEventListener("afterprint", () => {
      document.documentElement.classList.remove("printing");
      page.map.invalidateSize({ animate: false, pan: false });
      if (before) page.map.setView(before.centre, before.zoom, { animate: false });
    });
    document.getElementById("print")?.addEventListener("click", () => window.print());
  }

  // Who asked the machine for less motion gets maps that jump instead of glide.
  function keepStill(map) {
    const { panBy } = map;
    map.panBy = (offset, options) => panBy.call(map, offset, { ...options, animate: false });
    const { setView } = map;
    map.setView = (centre, zoom, options) => setView.call(map, centre, zoom, { ...options, animate: false });
  }

  function start(kind, layers) {
    const page = new Page(layers);
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) keepStill(page.map);
    const container = page.map.getContainer();
    container.setAttribute("aria-label", page.words.map);
    addButtons(page);
    watchPopups(page);
    page.fit(page.first);
    page.labels = new MapLabels(page.map, page.data.labels);
    kinds[kind](page);
    page.labels.draw();
    watchPaper(page);
    new ResizeObserver(() => page.map.invalidateSize({ animate: false })).observe(container);
    document.documentElement.dataset.ready = kind;
  }

  return { start, kinds, say, element, drawing, mark, link, button, whenChosen, walkWithArrows };
})();
