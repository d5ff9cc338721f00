// The hotspot map: areas by class, circles around places, and what the numbers say.
"use strict";

(() => {
  const { element } = GeoMaps;

  const RankIcon = L.DivIcon.extend({
    options: { iconSize: [26, 26], className: "rank-mark" },
    createIcon() {
      const made = element("div", "", String(this.options.rank));
      this._setIconStyles(made, "icon");
      return made;
    },
  });

  function number(value, digits) {
    return value === null ? "–" : Number(value).toFixed(digits);
  }

  function perThousand(value) {
    return value === null ? "–" : `${Number((value * 1000).toPrecision(3))} ‰`;
  }

  class HotspotMap {
    constructor(page) {
      this.page = page;
      this.map = page.map;
      this.words = page.words;
      this.areas = new Map();
      page.layers.villages.eachLayer?.((layer) => {
        if (!layer.feature) return;
        this.areas.set(layer.feature.id, layer);
        layer.on("click", (event) => this.openArea(layer.feature.id, event.latlng));
        layer.on("mouseover", () => layer.setStyle({ weight: 3 }).bringToFront());
        layer.on("mouseout", () => page.layers.villages.resetStyle(layer));
      });
      this.circles = page.layers.circles.getLayers();
      this.circles.forEach((circle, row) => {
        circle.on("click", (event) => {
          L.DomEvent.stopPropagation(event);
          this.openCluster(row);
        });
        page.everything.extend(circle.getBounds());
      });
      page.data.clusters.forEach((cluster, row) => {
        if (!cluster.is_significant) return;
        const marker = L.marker([cluster.lat, cluster.lon], { icon: new RankIcon({ rank: row + 1 }), title: cluster.place });
        GeoMaps.whenChosen(marker, () => this.openCluster(row)).addTo(this.map);
      });
      page.limitZoom();
      this.listen();
    }

    openArea(row, at) {
      const area = this.page.data.areas[row];
      const { words } = this;
      const sign = this.page.data.signs[area.hotspot_class] || "";
      const facts = [
        [words.count, String(area.count)],
        ...(area.exposure ? [[words.rate, perThousand(area.rate)]] : []),
        [words.p_value, number(area.p, 3)],
        [words.q_value, number(area.q, 3)],
      ];
      const table = element("dl", "facts");
      for (const [word, value] of facts) table.append(element("dt", "", word), element("dd", "", value));
      this.page.popup(at, element("div", "detail",
        element("p", "soft", area.town_name || ""),
        element("h3", "", `${sign} ${area.name}`.trim()),
        element("p", "", words[area.hotspot_class] || area.hotspot_class), table));
      this.choose(`[data-area="${row}"]`);
    }

    openCluster(row) {
      const cluster = this.page.data.clusters[row];
      const { words } = this;
      this.page.popup([cluster.lat, cluster.lon], element("div", "detail",
        element("h3", "", cluster.place),
        element("p", "", this.page.say("cluster", { cases: cluster.cases, expected: cluster.expected })),
        element("p", "soft", cluster.is_significant ? words.significant_cluster : words.weak_cluster),
        element("p", "soft", `${words.p_value} = ${cluster.p}`)), { offset: [0, -8] });
      this.choose(`[data-cluster="${row}"]`);
    }

    choose(selector) {
      for (const row of document.querySelectorAll(".finds [aria-current]")) row.removeAttribute("aria-current");
      const row = document.querySelector(`.finds ${selector}`);
      if (!row) return;
      row.closest("details")?.setAttribute("open", "");
      row.setAttribute("aria-current", "true");
      row.scrollIntoView({ block: "nearest" });
    }

    listen() {
      document.getElementById("panel").addEventListener("click", (event) => {
        const row = event.target.closest("[data-cluster], [data-area]");
        if (!row) return;
        if (row.dataset.cluster !== undefined) {
          const i = Number(row.dataset.cluster);
          this.page.fit(this.circles[i].getBounds(), { maxZoom: 16 });
          this.openCluster(i);
        } else {
          const i = Number(row.dataset.area);
          const layer = this.areas.get(i);
          if (!layer) return;
          this.page.fit(layer.getBounds(), { maxZoom: 15 });
          this.openArea(i, layer.getBounds().getCenter());
        }
      });
      for (const list of document.querySelectorAll(".finds")) GeoMaps.walkWithArrows(list, ".row");
      this.map.on("popupclose", () => {
        for (const row of document.querySelectorAll(".finds [aria-current]")) row.removeAttribute("aria-current");
      });
    }
  }

  GeoMaps.kinds.hotspots = (page) => new HotspotMap(page);
})();
