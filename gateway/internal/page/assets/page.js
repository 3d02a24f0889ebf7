// Sorts and filters the leaderboard in place. Without this script the same links and the
// same form are answered by the server.

const table = document.querySelector("table.board");
const form = document.querySelector("form.search");
const heat = document.querySelector("table.heat");
const status = document.getElementById("shown");

// fold removes case and accents, so that "soc trang" finds "Sóc Trăng".
function fold(s) {
  return s.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/g, "d");
}

function rows() {
  return [...table.tBodies[0].rows];
}

// figure returns the number in a cell, only to order by it; null if it is missing.
function figure(cell) {
  const n = parseFloat(cell.textContent.replace("−", "-").replace(",", "."));
  return Number.isNaN(n) ? null : n;
}

function order(column, down) {
  const text = column === 1;
  const turn = down ? -1 : 1;
  return (a, b) => {
    if (text) {
      return turn * a.cells[1].textContent.localeCompare(b.cells[1].textContent, "vi");
    }
    const x = figure(a.cells[column]);
    const y = figure(b.cells[column]);
    if (x === null || y === null) {
      return (x === null) - (y === null);
    }
    return turn * (x - y);
  };
}

function sort(head) {
  const column = head.cellIndex;
  const first = column < 2 ? "ascending" : "descending";
  const other = column < 2 ? "descending" : "ascending";
  const wanted = head.getAttribute("aria-sort") === first ? other : first;
  for (const h of head.parentElement.cells) {
    h.removeAttribute("aria-sort");
  }
  head.setAttribute("aria-sort", wanted);
  table.tBodies[0].append(...rows().sort(order(column, wanted === "descending")));
}

function filter(searched) {
  const words = fold(searched).split(/\s+/).filter(Boolean);
  const matches = (name) => words.every((w) => fold(name).includes(w));
  let n = 0;
  for (const row of rows()) {
    row.hidden = !matches(row.cells[1].textContent);
    n += row.hidden ? 0 : 1;
  }
  for (const row of heat ? heat.tBodies[0].rows : []) {
    row.hidden = !matches(row.cells[0].textContent);
  }
  status.textContent = words.length === 0 ? "" : n === 0 ? status.dataset.none : status.dataset.some.replace("{n}", n);
}

if (table) {
  table.tHead.addEventListener("click", (e) => {
    const link = e.target.closest("a.sort");
    if (link && !e.ctrlKey && !e.metaKey && !e.shiftKey) {
      e.preventDefault();
      sort(link.closest("th"));
    }
  });
}
// A table that the server has filtered lacks the other agencies.
if (table && form && !form.elements.q.defaultValue) {
  form.elements.q.addEventListener("input", () => filter(form.elements.q.value));
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    filter(form.elements.q.value);
  });
}
