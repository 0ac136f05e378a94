"use strict";
// Everything works without this file; it adds sorting, filters, pointing in the network, and a tooltip at its mark.
document.documentElement.classList.add("with-script");

const sentence = (words, values) => words.replace(/\{(\w+)\}/g, (all, key) => values[key] ?? all);

// --- tables: a click on a heading sorts -------------------------------------------------------------
function valueOf(row, at) {
  const text = row.cells[at].textContent.trim();
  const number = text.replace(/[.,](?=\d{3}\b)/g, "").replace(",", ".");
  return text !== "" && !Number.isNaN(Number(number)) ? Number(number) : text.toLowerCase();
}

function sortBy(table, heading, at) {
  const rising = heading.getAttribute("aria-sort") === "none" ? !heading.classList.contains("n") : heading.getAttribute("aria-sort") === "descending";
  for (const other of table.querySelectorAll("[aria-sort]")) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", rising ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row, at), row]);
  const order = new Intl.Collator(document.documentElement.lang).compare;
  rows.sort(([a], [b]) => (rising ? 1 : -1) * (typeof a === "number" && typeof b === "number" ? a - b : order(String(a), String(b))));
  table.tBodies[0].append(...rows.map(([, row]) => row));
}

for (const table of document.querySelectorAll("table.sortable")) {
  const headings = [...table.tHead.rows[table.tHead.rows.length - 1].cells];
  headings.forEach((heading, at) => {
    if ("fixed" in heading.dataset) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    heading.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => sortBy(table, heading, at));
  });
}

// --- the matrix: by province and by type ------------------------------------------------------------
const matrix = document.getElementById("matrix-table");
if (matrix) {
  const province = document.getElementById("matrix-province");
  const type = document.getElementById("matrix-type");
  const said = document.getElementById("matrix-cell");
  const groups = [...matrix.querySelectorAll("th[data-n]")];
  const heads = matrix.tHead.rows[matrix.tHead.rows.length - 1].cells;
  const bounds = [];
  let first = 3;
  for (const group of groups) bounds.push([first, (first += Number(group.dataset.n))]);

  province?.addEventListener("change", () => {
    const [from, to] = province.value === "" ? [3, Infinity] : bounds[Number(province.value)];
    groups.forEach((group, at) => { group.hidden = province.value !== "" && at !== Number(province.value); });
    for (const row of [...matrix.rows].slice(1)) {
      for (let at = 3; at < row.cells.length; at++) row.cells[at].hidden = at < from || at >= to;
    }
  });
  type.addEventListener("change", () => {
    for (const row of matrix.tBodies[0].rows) row.hidden = type.value !== "" && row.cells[1].textContent.trim() !== type.value;
  });
  matrix.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("tbody td");
    const head = cell && heads[cell.cellIndex];
    said.textContent = cell && cell.cellIndex > 2 ? `${cell.textContent.trim()} ${cell.parentNode.cells[0].textContent.trim()} – ${head.textContent.trim()}` : "";
  });
}

// --- the network: point at one organisation or municipality -----------------------------------------
const data = document.getElementById("network-data");
if (data) {
  const { places, nodes, words } = JSON.parse(data.textContent);
  const figure = document.querySelector(".net");
  const picked = document.getElementById("picked");
  const pickNode = document.getElementById("pick-node");
  const pickPlace = document.getElementById("pick-place");
  const rays = document.getElementById("rays");
  const lines = [...figure.querySelectorAll("path.l")];
  const dots = [...figure.querySelectorAll("g.o")].slice(0, nodes.length);
  const spots = [...figure.querySelectorAll("g.p")];

  function light(litNodes, litPlaces, text) {
    const any = litNodes.length + litPlaces.length > 0;
    figure.classList.toggle("picking", any);
    dots.forEach((dot, at) => dot.classList.toggle("lit", litNodes.includes(at)));
    spots.forEach((spot, at) => spot.classList.toggle("lit", litPlaces.includes(at)));
    lines.forEach((line, at) => line.classList.toggle("lit", litNodes.length === 1 && litPlaces.length !== 1 && litNodes[0] === at));
    rays.replaceChildren();
    picked.textContent = text;
  }
  function showNode(at) {
    const [name, , , members] = nodes[at];
    light([at], members, sentence(words.in, { name, n: members.length, list: members.map((m) => places[m][0]).join(", ") }));
  }
  function showPlace(at) {
    const [name, x, y] = places[at];
    const members = nodes.map((node, n) => (node[3].includes(at) ? n : -1)).filter((n) => n >= 0);
    const list = members.map((n) => nodes[n][0]).join(", ");
    light(members, [at], sentence(members.length ? words.shares : words.nothing, { name, n: members.length, list }));
    for (const n of members) {
      const ray = document.createElementNS("http://www.w3.org/2000/svg", "path");
      ray.setAttribute("class", "ray");
      ray.setAttribute("d", `M${x} ${y}L${nodes[n][1]} ${nodes[n][2]}`);
      rays.append(ray);
    }
  }
  pickNode.addEventListener("change", () => {
    pickPlace.value = "";
    if (pickNode.value === "") light([], [], ""); else showNode(Number(pickNode.value));
  });
  pickPlace.addEventListener("change", () => {
    pickNode.value = "";
    if (pickPlace.value === "") light([], [], ""); else showPlace(Number(pickPlace.value));
  });
  dots.forEach((dot, at) => dot.addEventListener("click", () => { pickNode.value = at; pickPlace.value = ""; showNode(at); }));
  spots.forEach((spot, at) => spot.addEventListener("click", () => { pickPlace.value = at; pickNode.value = ""; showPlace(at); }));
}

// --- the texts: a tooltip at the mark ---------------------------------------------------------------
const tip = document.getElementById("tip");
let at = null;

function hide() {
  tip.hidden = true;
  if (at) at.removeAttribute("aria-describedby");
  at = null;
}

function show(mark) {
  if (at === mark) return;
  hide();
  at = mark;
  const document_id = mark.closest("article").querySelector("code").textContent;
  tip.replaceChildren(...mark.dataset.t.split("\n").map((line) => {
    const [id, kind, ...rest] = line.split(" · ");
    const row = document.createElement("p");
    const bold = document.createElement("b");
    bold.textContent = kind;
    const small = document.createElement("small");
    small.textContent = `${document_id}.${id}`;
    row.append(bold, " ", rest.join(" · "), small);
    return row;
  }));
  tip.hidden = false;
  mark.setAttribute("aria-describedby", "tip");
  const box = mark.getClientRects()[0];
  const left = Math.max(8, Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 8));
  const below = box.bottom + tip.offsetHeight + 8 < window.innerHeight;
  tip.style.left = `${left + window.scrollX}px`;
  tip.style.top = `${(below ? box.bottom + 4 : box.top - tip.offsetHeight - 4) + window.scrollY}px`;
}

document.addEventListener("mouseover", (event) => {
  const mark = event.target.closest("mark");
  if (mark) show(mark);
  else if (!event.target.closest("#tip") && at !== document.activeElement) hide();
});
document.addEventListener("focusin", (event) => { if (event.target.matches("mark")) show(event.target); else hide(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
