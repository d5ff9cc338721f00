// Names on the map: of towns, villages and streets, as many as fit without touching one another.
// Important names are placed first; a name that finds no room waits for a closer look. Texts are set as plain text.
"use strict";

const MapLabels = (() => {
  const GAP = 3;
  const AWAY = 6; // square pixels covered that are as bad as standing a pixel away from the place
  const SAME_STREET = 320; // pixels between two writings of one street's name
  const STEEP = 0.9; // radians; a Chinese street name on a steeper street is written from top to bottom
  const CHINESE = /^[\u3400-\u9fff\uff10-\uff19]+$/;
  const AROUND = [[0, 0], ...[22, 44].flatMap((far) => [[0, -far], [0, far], [-far, -far / 2], [far, far / 2], [far, -far / 2], [-far, far / 2]])];
  const KINDS = {
    town: { order: 0, size: 15, weight: 600, spacing: 1.5, tries: AROUND, room: 0.3 },
    village: { order: 1, size: 12.5, weight: 400, spacing: 0, tries: [[0, 0], [0, 18], [0, -18], [0, 32], [0, -32]], room: 0.7 },
    street: { order: 2, size: 11, weight: 400, spacing: 1, tries: [[0, 0]], room: 1 },
  };

  function measure(text, kind, family) {
    const pen = (measure.pen ||= document.createElement("canvas").getContext("2d"));
    pen.font = `${kind.weight} ${kind.size}px ${family}`;
    return pen.measureText(text).width + kind.spacing * text.length;
  }

  function outside(box, edge) {
    const cut = Math.max(0, edge.left - box.left, box.right - edge.right, edge.top - box.top, box.bottom - edge.bottom);
    return cut * 100;
  }

  // How much of a box is taken already, in square pixels.
  function overlap(box, taken) {
    return taken.reduce((sum, other) => {
      const wide = Math.min(box.right, other.right) - Math.max(box.left, other.left);
      const high = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
      return wide > 0 && high > 0 ? sum + wide * high : sum;
    }, 0);
  }

  // The room a name takes: one box, or a row of small ones along a slanted street.
  function boxes(at, width, height, angle) {
    const pieces = angle ? Math.max(1, Math.ceil(width / height)) : 1;
    const long = (angle ? height : width) / 2 + GAP;
    const high = height / 2 + GAP;
    return Array.from({ length: pieces }, (_, i) => {
      const along = (i + 0.5 - pieces / 2) * (width / pieces);
      const x = at.x + Math.cos(angle) * along;
      const y = at.y + Math.sin(angle) * along;
      return { left: x - long, right: x + long, top: y - high, bottom: y + high };
    });
  }

  class MapLabels {
    constructor(map, labels) {
      this.map = map;
      const pane = map.createPane("labels");
      pane.classList.add("labels");
      this.pane = pane;
      this.top = map.createPane("numbered");
      this.top.classList.add("labels", "numbered");
      const family = getComputedStyle(document.body).fontFamily;
      this.labels = labels.map((label) => {
        const kind = KINDS[label.kind];
        return { ...label, look: kind, badge: null, width: measure(label.text, kind, family) };
      });
      this.labels.sort((a, b) => a.look.order - b.look.order || b.room - a.room);
      this.shown = new Map();
      map.on("zoomend moveend resize", () => this.draw());
      this.draw();
    }

    // Put a number on a name. A name with a number is always written, whatever it covers.
    badge(kind, text, badge) {
      const label = this.labels.find((one) => one.kind === kind && one.text === text);
      if (!label) return false;
      label.badge = badge;
      this.shown.get(label)?.remove();
      this.shown.delete(label);
      return true;
    }

    draw() {
      const map = this.map;
      const view = map.getBounds().pad(0.15);
      const scale = (256 * 2 ** map.getZoom()) / 360; // pixels per degree of longitude
      const taken = this.marks();
      const placed = new Map();
      const numbered = this.labels.filter((label) => label.badge);
      for (const label of [...numbered, ...this.labels.filter((one) => !one.badge)]) {
        const spot = label.kind === "street" ? this.along(label, view, scale, taken) : this.inside(label, view, scale, taken);
        if (spot) placed.set(label, spot);
      }
      for (const [label, parts] of this.shown) {
        if (!placed.has(label)) {
          parts.remove();
          this.shown.delete(label);
        }
      }
      for (const [label, spots] of placed) this.write(label, spots);
    }

    // Names keep clear of the marks that are drawn now.
    marks() {
      const found = [];
      this.map.eachLayer((layer) => {
        if (!(layer instanceof L.Marker) || !layer._icon) return;
        const at = this.map.latLngToLayerPoint(layer.getLatLng());
        const [wide, high] = [layer._icon.offsetWidth, layer._icon.offsetHeight];
        found.push({ left: at.x - wide / 2, right: at.x + wide / 2, top: at.y - high / 2, bottom: at.y + high / 2 });
      });
      return found;
    }

    inside(label, view, scale, taken) {
      if (!view.contains(label.at)) return null;
      const width = label.width + (label.badge ? 34 : 0);
      if (!label.badge && label.room * scale < label.width * label.look.room) return null;
      const at = this.map.latLngToLayerPoint(label.at);
      const height = label.look.size * (label.badge ? 1.9 : 1.35);
      const corner = this.map.containerPointToLayerPoint([0, 0]);
      const size = this.map.getSize();
      const edge = { left: corner.x, top: corner.y, right: corner.x + size.x, bottom: corner.y + size.y };
      let best = null;
      for (const [right, down] of label.look.tries) {
        const spot = { x: at.x + right, y: at.y + down, angle: 0, upright: false };
        const found = boxes(spot, width, height, 0);
        const covered = found.reduce((sum, box) => sum + overlap(box, taken) + (label.badge ? outside(box, edge) : 0), 0);
        const cost = covered + AWAY * Math.hypot(right, down);
        if (!best || cost < best.cost) best = { spot, found, covered, cost };
      }
      if (best.covered && !label.badge) return null;
      taken.push(...best.found);
      return [best.spot];
    }

    along(label, view, scale, taken) {
      const spots = [];
      for (const [lat, lng, toLat, toLng, room] of label.spots) {
        if (room * scale < label.width * label.look.room || !view.contains([lat, lng])) continue;
        const from = this.map.latLngToLayerPoint([lat, lng]);
        const to = this.map.latLngToLayerPoint([toLat, toLng]);
        const at = from.add(to).divideBy(2);
        if (spots.some((other) => Math.hypot(other.x - at.x, other.y - at.y) < SAME_STREET)) continue;
        let angle = Math.atan2(to.y - from.y, to.x - from.x);
        if (Math.abs(angle) > Math.PI / 2) angle -= Math.sign(angle) * Math.PI;
        const upright = Math.abs(angle) > STEEP && CHINESE.test(label.text);
        const found = boxes(at, label.width, label.look.size * 1.2, angle);
        if (found.some((box) => overlap(box, taken))) continue;
        taken.push(...found);
        spots.push({ x: at.x, y: at.y, angle: upright ? angle - (Math.sign(angle) * Math.PI) / 2 : angle, upright });
      }
      return spots.length ? spots : null;
    }

    write(label, spots) {
      let parts = this.shown.get(label);
      if (!parts) {
        parts = document.createElement("div");
        (label.badge ? this.top : this.pane).append(parts);
        this.shown.set(label, parts);
      }
      while (parts.childElementCount > spots.length) parts.lastElementChild.remove();
      while (parts.childElementCount < spots.length) parts.append(this.element(label));
      spots.forEach((spot, i) => {
        const element = parts.children[i];
        element.classList.toggle("upright", spot.upright);
        const turn = spot.angle ? ` rotate(${spot.angle.toFixed(3)}rad)` : "";
        element.style.transform = `translate(${Math.round(spot.x)}px, ${Math.round(spot.y)}px) translate(-50%, -50%)${turn}`;
      });
    }

    element(label) {
      const element = document.createElement("span");
      element.className = `label ${label.kind} leaflet-zoom-hide`;
      element.append(document.createTextNode(label.text));
      if (label.badge) {
        const number = document.createElement("button");
        number.type = "button";
        number.className = "badge";
        number.textContent = label.badge.text;
        number.title = label.badge.title;
        number.setAttribute("aria-label", `${label.text}: ${label.badge.title}`);
        L.DomEvent.disableClickPropagation(number);
        number.addEventListener("click", label.badge.onClick);
        element.append(number);
      }
      return element;
    }
  }

  return MapLabels;
})();
