// The issue map: marks by status, clusters, the list, search and filters.
"use strict";

(() => {
  const { element, drawing, mark, link, button } = GeoMaps;
  const PAGE = 50; // rows added to the list at a time
  const CLUSTER_SIZES = [[10, 34], [50, 40], [200, 46], [Infinity, 54]];

  // --- marks and clusters ---------------------------------------------------

  const MarkIcon = L.DivIcon.extend({
    options: { iconSize: [24, 24], className: "spot" },
    createIcon() {
      const made = element("div", "", mark(this.options.look, this.options.isPale));
      this._setIconStyles(made, "icon");
      return made;
    },
  });

  // A ring in the colours of the tickets inside, and how many they are.
  GeoMaps.clusterIcon = (cluster) => {
    const n = cluster.getChildCount();
    const size = CLUSTER_SIZES.find(([most]) => n < most)[1];
    const colours = new Map();
    for (const marker of cluster.getAllChildMarkers()) {
      const look = marker.options.icon.options.look;
      colours.set(look, (colours.get(look) || 0) + 1);
    }
    const ring = 2 * Math.PI * 15;
    let turned = 0;
    const parts = [...colours].sort(([a], [b]) => a.order - b.order).map(([look, count]) => {
      const length = (count / n) * ring;
      turned += length;
      return drawing("circle", {
        cx: 20, cy: 20, r: 15, fill: "none", stroke: look.colour, "stroke-width": 5,
        "stroke-dasharray": `${length} ${ring - length}`, "stroke-dashoffset": `${turned - length ? -(turned - length) : 0}`,
        transform: "rotate(-90 20 20)",
      });
    });
    const text = drawing("text", { x: 20, y: 24.5, "text-anchor": "middle", "font-size": n > 999 ? 10 : 12.5 }, String(n));
    const picture = drawing("svg", { viewBox: "0 0 40 40", "aria-hidden": "true" },
      drawing("circle", { cx: 20, cy: 20, r: 19, fill: "#fff" }), ...parts,
      drawing("circle", { cx: 20, cy: 20, r: 12.6, fill: "#24332e" }),
      drawing("circle", { cx: 20, cy: 20, r: 17.6, fill: "none", stroke: "#24332e", "stroke-width": 0.8 }), text);
    return L.divIcon({ html: picture, className: "gathered", iconSize: [size, size] });
  };

  // --- one ticket in words ----------------------------------------------------

  function where(ticket) {
    return [ticket.town, ticket.unit, ticket.place].filter(Boolean).join(" · ");
  }

  function details(page, ticket, look) {
    const { words } = page;
    const because = (ticket.because || "").split("\n").filter(Boolean);
    const metres = Math.round(ticket.sigma_m);
    return element("div", "detail",
      element("p", "number", ticket.id),
      element("h3", "", ticket.label),
      element("p", "state", mark(look, false), element("span", "", ticket.status)),
      element("p", "soft", [ticket.kind, ticket.category].filter(Boolean).join(" · ")),
      element("p", "", element("b", "", `${words.where}: `), where(ticket) || words.no_place),
      ticket.isUncertain && element("p", "unsure", page.say("uncertain", { metres })),
      because.length && element("div", "because", element("b", "", words.because),
        element("ul", "", ...because.map((line) => element("li", "", line)))),
      ticket.url && element("p", "", link(ticket.url, words.open_ticket)));
  }

  // --- the page ----------------------------------------------------------------

  class TicketMap {
    constructor(page) {
      this.page = page;
      this.words = page.words;
      this.looks = new Map(page.data.marks.map((look, order) => [look.status, { ...look, order }]));
      this.icons = new Map();
      this.tickets = page.data.tickets.map((ticket, row) => this.prepared(ticket, row));
      this.markers = new Map();
      this.chosen = null;
      this.ring = null;
      this.list = document.getElementById("list");
      this.search = document.getElementById("search");
      this.category = document.getElementById("category");
      this.precision = document.getElementById("precision");
      this.statuses = new Set();
      page.limitZoom();
      this.fillFilters();
      this.countTowns();
      this.listen();
      this.filter();
      if (this.tickets.length === 1) this.showOnly(this.tickets[0]);
    }

    // A map of one ticket needs no search; it shows the place, and leaves the popup to the reader. In the frame of
    // the ticket's own page, which says all the rest, the picture is everything.
    showOnly(ticket) {
      document.body.classList.add("single");
      if (!ticket.hasPoint) return;
      if (window.parent !== window) {
        document.body.classList.add("framed");
        this.page.map.invalidateSize({ animate: false });
      }
      const around = L.latLng(ticket.lat, ticket.lon).toBounds(Math.max(ticket.sigma_m * 3, 800));
      this.page.fit(around, { paddingTopLeft: [0, 0], paddingBottomRight: [0, 0] });
      this.chose(ticket);
    }

    prepared(ticket, row) {
      const hasPoint = ticket.lat !== null;
      for (const key of ["id", "label", "category", "kind", "town", "unit", "place"]) ticket[key] ??= "";
      ticket.row = row;
      ticket.hasPoint = hasPoint;
      ticket.isUncertain = hasPoint && ticket.sigma_m > this.page.data.uncertain_m;
      ticket.precision = hasPoint ? "with_point" : ticket.town ? "town_only" : "no_place";
      ticket.text = [ticket.id, ticket.label, ticket.category, ticket.kind, where(ticket)].join(" ").toLowerCase();
      if (hasPoint) this.page.everything.extend([ticket.lat, ticket.lon]);
      return ticket;
    }

    icon(ticket) {
      const key = `${ticket.isUncertain}${ticket.status}`;
      if (!this.icons.has(key)) {
        this.icons.set(key, new MarkIcon({ look: this.looks.get(ticket.status), isPale: ticket.isUncertain }));
      }
      return this.icons.get(key);
    }

    marker(ticket) {
      let marker = this.markers.get(ticket);
      if (!marker) {
        marker = L.marker([ticket.lat, ticket.lon], { icon: this.icon(ticket), title: `${ticket.label} (${ticket.status})` });
        GeoMaps.whenChosen(marker, () => this.open(ticket));
        this.markers.set(ticket, marker);
      }
      return marker;
    }

    // --- filters ---

    fillFilters() {
      const counted = (key) => {
        const counts = new Map();
        for (const ticket of this.tickets) counts.set(ticket[key], (counts.get(ticket[key]) || 0) + 1);
        return counts;
      };
      const kinds = counted("precision");
      const unsure = this.tickets.filter((ticket) => ticket.isUncertain).length;
      for (const [name, n] of [["with_point", kinds.get("with_point")], ["uncertain_only", unsure],
        ["town_only", kinds.get("town_only")], ["no_place", kinds.get("no_place")]]) {
        if (n) this.precision.append(new Option(`${this.words[name]} (${n})`, name));
      }
      this.fillCategories(counted("category"));
      const chips = document.getElementById("statuses");
      const seen = counted("status");
      for (const look of this.looks.values()) {
        if (!seen.has(look.status)) continue;
        const box = element("input", "");
        box.type = "checkbox";
        box.addEventListener("change", () => {
          if (box.checked) this.statuses.add(look.status);
          else this.statuses.delete(look.status);
          this.filter();
        });
        chips.append(element("li", "", element("label", "chip", box, mark(look, false), element("span", "", look.status),
          element("span", "n", String(seen.get(look.status))))));
      }
    }

    // Categories with a slash stand below what comes before it, which can be chosen too.
    fillCategories(counts) {
      const all = new Map();
      for (const [category, n] of counts) {
        if (!category) continue;
        const steps = category.split("/");
        steps.forEach((step, depth) => {
          const path = steps.slice(0, depth + 1).join("/");
          const known = all.get(path) || { step, depth, n: 0 };
          known.n += n;
          all.set(path, known);
        });
      }
      const compare = new Intl.Collator(this.words.language_tag).compare;
      const order = [...all].sort(([a], [b]) => {
        const [left, right] = [a.split("/"), b.split("/")];
        const at = left.findIndex((step, i) => step !== right[i]);
        return at < 0 ? left.length - right.length : right[at] === undefined ? 1 : compare(left[at], right[at]);
      });
      for (const [path, { step, depth, n }] of order) {
        this.category.append(new Option(`${"\u3000".repeat(depth)}${step} (${n})`, path));
      }
    }

    matches(ticket) {
      const wanted = this.category.value;
      const precision = this.precision.value;
      return (!this.statuses.size || this.statuses.has(ticket.status))
        && (!wanted || ticket.category === wanted || ticket.category.startsWith(`${wanted}/`))
        && (!precision || ticket.precision === precision || (precision === "uncertain_only" && ticket.isUncertain))
        && this.sought.every((word) => ticket.text.includes(word));
    }

    filter() {
      this.sought = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
      this.shown = this.tickets.filter((ticket) => this.matches(ticket));
      if (this.chosen && !this.shown.includes(this.chosen)) this.page.map.closePopup();
      const cluster = this.page.layers.cluster;
      cluster.clearLayers();
      cluster.addLayers(this.shown.filter((ticket) => ticket.hasPoint).map((ticket) => this.marker(ticket)));
      document.getElementById("count").textContent = this.page.say("tickets_shown", { shown: this.shown.length, total: this.tickets.length });
      document.getElementById("no-match").hidden = this.shown.length > 0 || !this.tickets.length;
      const isFiltered = this.sought.length || this.category.value || this.precision.value || this.statuses.size;
      document.getElementById("clear").hidden = !isFiltered;
      this.list.replaceChildren();
      this.more();
      this.page.labels.draw();
    }

    clear() {
      this.search.value = this.category.value = this.precision.value = "";
      this.statuses.clear();
      for (const box of document.querySelectorAll("#statuses input")) box.checked = false;
      this.filter();
    }

    // --- tickets of which only the town is known ---

    countTowns() {
      const counts = new Map();
      for (const ticket of this.tickets) {
        if (ticket.precision === "town_only") counts.set(ticket.town, (counts.get(ticket.town) || 0) + 1);
      }
      for (const [town, n] of counts) {
        this.page.labels.badge("town", town, {
          text: String(n),
          title: this.page.say("town_count", { n }),
          onClick: () => {
            this.clear();
            this.search.value = town;
            this.precision.value = "town_only";
            this.filter();
            this.list.scrollIntoView({ block: "nearest" });
          },
        });
      }
    }

    // --- the list ---

    more() {
      const from = this.list.childElementCount;
      const next = this.shown.slice(from, from + PAGE);
      this.list.append(...next.map((ticket) => this.item(ticket)));
      const left = this.shown.length - from - next.length;
      const more = document.getElementById("more");
      more.hidden = left <= 0;
      more.textContent = this.page.say("more", { n: Math.min(left, PAGE) });
      if (from && next.length) this.row(next[0]).focus();
    }

    item(ticket) {
      const row = button("item", "", () => this.choose(ticket));
      row.dataset.row = ticket.row;
      row.append(mark(this.looks.get(ticket.status), ticket.isUncertain),
        element("span", "words",
          element("span", "title", ticket.label || ticket.id),
          element("span", "soft number", ticket.id),
          element("span", "soft", where(ticket) || this.words.no_place),
          element("span", "soft", [ticket.status, ticket.category].filter(Boolean).join(" · "))));
      if (!ticket.hasPoint) row.setAttribute("aria-expanded", "false");
      const item = element("li", ticket.hasPoint ? "" : "pointless", row);
      if (ticket === this.chosen) item.setAttribute("aria-current", "true");
      return item;
    }

    row(ticket) {
      return this.list.querySelector(`[data-row="${ticket.row}"]`);
    }

    choose(ticket) {
      if (!ticket.hasPoint) {
        this.unfold(ticket);
        return;
      }
      const { map, layers } = this.page;
      const marker = this.marker(ticket);
      // as near as it takes to part the mark from its neighbours, unless its circle would no longer fit
      const apart = Math.max(14, Math.min(map.getMaxZoom(), (marker.__parent?._zoom ?? 0) + 1));
      const ring = L.latLng(ticket.lat, ticket.lon).toBounds(ticket.sigma_m * 3);
      const zoom = ticket.isUncertain ? Math.min(apart, map.getBoundsZoom(ring)) : Math.max(map.getZoom(), apart);
      map.setView([ticket.lat, ticket.lon], zoom, { animate: false });
      const visible = layers.cluster.getVisibleParent(marker);
      if (visible && visible !== marker && zoom >= map.getMaxZoom()) visible.spiderfy();
      this.open(ticket);
    }

    open(ticket) {
      const content = details(this.page, ticket, this.looks.get(ticket.status));
      this.page.popup(this.marker(ticket).getLatLng(), content, { offset: [0, -4] });
      this.chose(ticket);
    }

    unfold(ticket) {
      const row = this.row(ticket);
      const isOpen = row.getAttribute("aria-expanded") === "true";
      row.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) row.nextElementSibling.remove();
      else row.after(details(this.page, ticket, this.looks.get(ticket.status)));
    }

    chose(ticket) {
      this.chosen = ticket;
      for (const item of this.list.querySelectorAll("[aria-current]")) item.removeAttribute("aria-current");
      const item = this.row(ticket)?.parentElement;
      if (item) {
        item.setAttribute("aria-current", "true");
        // a map of one ticket, in a small frame, must not scroll its own picture away
        if (this.tickets.length > 1) item.scrollIntoView({ block: "nearest" });
      }
      this.ring?.remove();
      if (ticket.sigma_m > 0) {
        this.ring = L.circle([ticket.lat, ticket.lon], {
          radius: ticket.sigma_m, color: "#24332e", weight: 1.5, dashArray: "4 4", fillOpacity: 0.06, interactive: false,
        }).addTo(this.page.map);
      }
    }

    left() {
      this.chosen = null;
      this.ring?.remove();
      for (const item of this.list.querySelectorAll("[aria-current]")) item.removeAttribute("aria-current");
    }

    // --- hands ---

    listen() {
      this.page.map.on("popupclose", () => this.left());
      // on a phone the list is what counts; the search stays, the other filters wait folded
      if (window.matchMedia("(max-width: 52rem)").matches) document.getElementById("filters").open = false;
      let waiting = 0;
      this.search.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(() => this.filter(), 150);
      });
      this.search.form.addEventListener("submit", (event) => event.preventDefault());
      for (const choice of [this.category, this.precision]) choice.addEventListener("change", () => this.filter());
      document.getElementById("more").addEventListener("click", () => this.more());
      document.getElementById("clear").addEventListener("click", () => {
        this.clear();
        this.search.focus();
      });
      document.addEventListener("keydown", (event) => {
        if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
        event.preventDefault();
        this.search.focus();
      });
      GeoMaps.walkWithArrows(this.list, ".item");
    }
  }

  GeoMaps.kinds.tickets = (page) => new TicketMap(page);
})();
