// Between the map to point at and its form: what is pointed at fills the fields, what is typed moves the pin,
// and either asks at once what would follow. Without it the fields and the list of villages remain.
"use strict";

const REST_MS = 200;
const resting = new WeakMap();

function frameOf(form) {
  return form.querySelector("iframe.point");
}

function formOf(source) {
  return Array.from(document.querySelectorAll("form.placing")).find((form) => frameOf(form)?.contentWindow === source);
}

// One question for a hand that keeps moving.
function foresee(form) {
  clearTimeout(resting.get(form));
  resting.set(form, setTimeout(() => {
    const { lon, lat, village } = form.elements;
    if ((lon.value && lat.value) || village.value) htmx.trigger(form.querySelector(".foreseen"), "foresee");
    else form.querySelector(".foreseen").replaceChildren();
  }, REST_MS));
}

function show(form) {
  const { lon, lat, sigma_m } = form.elements;
  if (!lon.value || !lat.value) return;
  const place = { about: "place", lon: Number(lon.value), lat: Number(lat.value), sigma_m: Number(sigma_m.value) };
  frameOf(form).contentWindow?.postMessage(place, window.location.origin);
}

// Who looks closer points more exactly, until a person says otherwise.
function exactness(zoom) {
  if (zoom >= 18) return "10";
  return zoom >= 15 ? "30" : "100";
}

window.addEventListener("message", (event) => {
  if (event.origin !== window.location.origin) return;
  const form = formOf(event.source);
  if (!form) return;
  const { about, lon, lat, zoom } = event.data || {};
  const fields = form.elements;
  if (about === "confirm") fields.reason.focus();
  if (about === "ready" && fields.lon.value) {
    show(form);
    foresee(form);
  }
  if (about !== "place") return;
  fields.lon.value = lon.toFixed(6);
  fields.lat.value = lat.toFixed(6);
  fields.village.value = "";
  if (!form.dataset.exact) fields.sigma_m.value = exactness(zoom);
  show(form);
  foresee(form);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.placing");
  if (!form || event.target.name === "reason") return;
  const fields = form.elements;
  if (event.target.name === "sigma_m") form.dataset.exact = "1";
  // a village named instead of a point: one of the two
  if (event.target.name === "village" && event.target.value) fields.lon.value = fields.lat.value = "";
  show(form);
  foresee(form);
});
