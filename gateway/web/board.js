// Draws one leaderboard as a section of the page.

import { dated, decimal, fold, help, named, t } from "./text.js";

// element creates a DOM element. The second argument holds its attributes; the others
// are its children, strings or elements.
export function element(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick" || name === "oninput") {
      e.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== null && value !== false) {
      e.setAttribute(name, value === true ? "" : value);
    }
  }
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
}

const columns = ["standardPoints", "selfPoints", "officialsPoints", "satisfactionPoints", "totalPoints"];

// figure draws one figure and marks its origin: printed, computed or not printed.
function figure(holder, name, unit) {
  const origin = (holder.origins || {})[name];
  const value = holder[name];
  if (value === undefined || value === null || value === "") {
    if (origin !== "NOT_PRINTED") {
      return element("span", { class: "absent" }, "—");
    }
    return element("span", { class: "absent", title: t("legendNotPrinted") },
      element("span", { "aria-hidden": "true" }, "—"), element("span", { class: "spoken" }, t("legendNotPrinted")));
  }
  const text = typeof value === "number" ? String(value) : decimal(value) + (unit || "");
  if (origin === "COMPUTED") {
    return element("span", { class: "computed", title: t("legendComputed") }, text);
  }
  return element("span", { title: origin === "PRINTED" ? t("legendPrinted") : undefined }, text);
}

function heading(board, published) {
  const p = board.publication;
  const lines = element("ul", { class: "origin" });
  if (p.decisionNumber) {
    const when = p.decisionDate ? " " + dated(p.decisionDate) : "";
    lines.append(element("li", {}, t("decision") + " " + p.decisionNumber + when));
  }
  const s = p.source;
  if (s) {
    const number = s.number ? ", " + s.number : "";
    const when = s.date ? ", " + dated(s.date) : "";
    lines.append(element("li", {}, t("source") + ": ", element("span", { lang: "vi" }, (s.title || "") + number), when));
  }
  lines.append(element("li", {}, t("version") + " " + p.version));
  return [
    element("h1", {}, t("leaderboard") + ": " + named(board.group, board.groupName)),
    element("p", { class: "where", lang: "vi" }, [published.authorityName, published.cycleName].filter(Boolean).join(" · ")),
    lines,
    p.notice ? element("p", { class: "notice" }, element("strong", {}, t("notice") + ": "), element("span", { lang: "vi" }, p.notice)) : null,
  ];
}

function statistics(s) {
  if (!s) {
    return null;
  }
  const list = element("dl", { class: "statistics" });
  for (const name of ["meanIndex", "highest", "lowest", "gap"]) {
    list.append(element("div", {}, element("dt", {}, t(name)), element("dd", {}, figure(s, name, name === "gap" ? "" : " %"))));
  }
  return element("section", { "aria-label": t("statistics") }, element("h2", {}, t("statistics")), list);
}

function domains(entry) {
  const table = element("table", { class: "domains" },
    element("caption", {}, t("details", { agency: entry.agencyName })),
    element("thead", {}, element("tr", {}, ...["domain", "points", "standardPoints", "domainIndex"].map((c) => element("th", { scope: "col" }, t(c))))));
  const body = element("tbody");
  for (const d of entry.domains || []) {
    body.append(element("tr", {},
      element("th", { scope: "row" }, domainName(d)),
      element("td", {}, figure(d, "points")),
      element("td", {}, figure(d, "standardPoints")),
      element("td", {}, figure(d, "index", " %"))));
  }
  table.append(body);
  return table;
}

function cell(entry, name, unit) {
  return element("td", { class: name, role: "cell", "data-label": t(name) }, figure(entry, name, unit));
}

// middleColumns returns the columns between the agency and its index: the figures of
// the whole agency or, if no agency of the group has any of them, the points of each
// domain.
function middleColumns(entries) {
  const absent = (e, c) => e[c] === undefined || e[c] === null || e[c] === "";
  const all = new Map(entries.flatMap((e) => e.domains || []).map((d) => [d.field, d]));
  if (all.size === 0 || !entries.every((e) => columns.every((c) => absent(e, c)))) {
    return columns.map((c) => ({ head: header(c), cell: (e) => cell(e, c) }));
  }
  return [...all.values()].map(({ field, code, name }) => ({
    domain: true,
    head: element("th", { scope: "col", role: "columnheader", class: "domain" }, domainName({ field, code, name })),
    cell: (e) => element("td", { class: "domain", role: "cell" }, figure((e.domains || []).find((d) => d.field === field) || {}, "points")),
  }));
}

function domainName(d) {
  return (d.code ? d.code + ". " : "") + named(d.field, d.name);
}

function header(c) {
  return element("th", { scope: "col", role: "columnheader", class: c, title: help(c) || undefined }, t(c));
}

// rows returns the row of an agency and the row of its domains below it.
function rows(entry, number, middle) {
  const id = "domains-" + number;
  const inner = element("td", { colspan: String(middle.length + 4), role: "cell" });
  const detail = element("tr", { class: "detail", id, role: "row", hidden: true }, inner);
  const has = (entry.domains || []).length > 0;
  const name = element("span", { lang: "vi" }, entry.agencyName);
  const toggle = has
    ? element("button", { type: "button", class: "toggle", "aria-expanded": "false", "aria-controls": id, onclick: () => open(detail.hidden) }, name)
    : name;
  const row = element("tr", { role: "row", class: "agency" },
    element("td", { class: "rank", role: "cell" }, figure(entry, "rank")),
    element("th", { scope: "row", role: "rowheader" }, toggle),
    ...middle.map((c) => c.cell(entry)),
    cell(entry, "index", " %"),
    element("td", { class: "class", role: "cell", "data-label": t("class") }, className(entry)));
  function open(yes) {
    if (!has) {
      return;
    }
    if (yes && !inner.firstChild) {
      inner.append(domains(entry));
    }
    detail.hidden = !yes;
    row.classList.toggle("open", yes);
    toggle.setAttribute("aria-expanded", String(yes));
  }
  return { row, detail, open, words: fold(entry.agencyName + " " + entry.agency) };
}

function className(entry) {
  const name = entry.className || entry.class;
  const why = entry.classAdjustment;
  if (!why) {
    return name ? element("span", { lang: "vi" }, name) : figure(entry, "class");
  }
  return element("div", {},
    name ? element("span", { lang: "vi" }, name) : t("unclassified"),
    element("div", { class: "why" }, adjustment(why, !!name)));
}

// adjustment returns the reason why the class differs from the class of the index.
function adjustment(why, lowered) {
  const clause = why.clause ? " (" + why.clause + ")" : "";
  const numbers = { reached: why.reached || 0, all: why.subordinates || 0, without: why.unclassified || 0, from: why.fromClassName };
  return t(lowered ? "classLowered" : numbers.all ? "classIncomplete" : "classNobody", numbers) + clause;
}

function table(board, all, middle, byDomain) {
  const head = element("tr", { role: "row" },
    header("rank"), header("agency"), ...middle.map((c) => c.head), header("index"), header("class"));
  const body = element("tbody", { role: "rowgroup" });
  for (const r of all) {
    body.append(r.row, r.detail);
  }
  return element("table", { class: byDomain ? "board by-domain" : "board", role: "table" },
    element("caption", { class: "spoken" }, t("leaderboard") + ": " + named(board.group, board.groupName)),
    element("thead", { role: "rowgroup" }, head), body);
}

function search(all, status) {
  const box = element("input", { type: "search", id: "search", autocomplete: "off", spellcheck: "false" });
  box.addEventListener("input", () => {
    const wanted = fold(box.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const r of all) {
      const match = wanted.every((w) => r.words.includes(w));
      r.row.hidden = !match;
      if (!match) {
        r.open(false);
      }
      shown += match ? 1 : 0;
    }
    status.textContent = shown === 0 ? t("noMatch") : wanted.length ? t("shown", { n: shown, all: all.length }) : "";
  });
  return element("p", { class: "search" },
    element("label", { for: "search" }, t("search")), box, element("span", { class: "quiet" }, t("searchHelp")));
}

function legend() {
  const sample = decimal("12.34");
  return element("section", { class: "legend", "aria-label": t("legend") }, element("h2", {}, t("legend")), element("ul", {},
    element("li", {}, element("span", {}, sample), " " + t("legendPrinted")),
    element("li", {}, element("span", { class: "computed" }, sample), " " + t("legendComputed")),
    element("li", {}, element("span", { class: "absent" }, "—"), " " + t("legendNotPrinted"))));
}

// openForPrint opens the domains of every visible agency while the page is printed.
function openForPrint(all) {
  let opened = [];
  window.onbeforeprint = () => {
    opened = all.filter((r) => !r.row.hidden && r.detail.hidden);
    opened.forEach((r) => r.open(true));
  };
  window.onafterprint = () => opened.forEach((r) => r.open(false));
}

// boardSection returns the elements of the page for one leaderboard.
export function boardSection(board, published, download) {
  const entries = board.entries || [];
  const middle = middleColumns(entries);
  const byDomain = middle.some((c) => c.domain);
  const all = entries.map((e, i) => rows(e, i, middle));
  openForPrint(all);
  const status = element("p", { class: "quiet", role: "status" });
  const every = element("button", {
    type: "button", onclick: () => {
      const opening = !all.every((r) => r.row.hidden || !r.detail.hidden);
      all.filter((r) => !r.row.hidden).forEach((r) => r.open(opening));
      every.textContent = t(opening ? "collapseAll" : "expandAll");
    },
  }, t("expandAll"));
  return [
    ...heading(board, published),
    statistics(board.statistics),
    search(all, status),
    status,
    byDomain ? element("p", { class: "quiet" }, t("domainsOnly")) : null,
    table(board, all, middle, byDomain),
    element("p", { class: "actions" },
      every,
      element("a", { class: "button", href: download, download: [board.authority, board.cycle, board.group].join("-") + ".json" }, t("download")),
      element("button", { type: "button", onclick: () => window.print() }, t("print"))),
    legend(),
  ].filter(Boolean);
}

