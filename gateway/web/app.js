// The public page: it lists the published cycles and groups, shows the chosen
// leaderboard, and reports loading and failures. The address holds the choice:
// /?lang=en#soc-trang/2023/districts.

import { boardSection, element } from "./board.js";
import { choose, currentLanguage, named, t } from "./text.js";

const choice = document.getElementById("choice");
const cycles = document.getElementById("cycle");
const groups = document.getElementById("groups");
const section = document.getElementById("board");

let published = null; // the published cycles, once they are loaded
let asked = 0; // counts the requests, so that a late answer to an earlier one is not shown

async function get(address) {
  let response;
  try {
    response = await fetch(address, { headers: { "Accept-Language": currentLanguage() } });
  } catch (e) {
    throw new Error(t("offline"));
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) {
    throw new Error(body.message || t("failed"));
  }
  return body;
}

async function loadPublished() {
  const all = [];
  let token = "";
  do {
    const answer = await get("/v1/publishedCycles?pageSize=200&pageToken=" + encodeURIComponent(token));
    all.push(...(answer.publishedCycles || []));
    token = answer.nextPageToken || "";
  } while (token);
  return all;
}

function show(...content) {
  section.replaceChildren(...content);
  section.setAttribute("aria-busy", "false");
}

function showLoading() {
  section.setAttribute("aria-busy", "true");
  section.replaceChildren(element("p", { class: "quiet", role: "status" }, t("loading")));
}

function showFailure(error) {
  show(element("div", { class: "notice", role: "alert" },
    element("p", {}, element("strong", {}, t("failed")), " ", error.message),
    element("p", {}, element("button", { type: "button", onclick: load }, t("retry")))));
}

// wanted returns the cycle and group in the address; without one, the first.
function wanted() {
  const [authority, cycle, group] = location.hash.slice(1).split("/"); // ids need no decoding
  const known = published.find((p) => p.authority === authority && p.cycle === cycle);
  const p = authority && cycle ? known : published[0];
  const list = (p && p.groups) || [];
  return { p, group: group ? list.find((g) => g.id === group) : list[0] };
}

function drawChoice(p, group) {
  cycles.replaceChildren(...published.map((c) =>
    element("option", { lang: "vi", value: c.authority + "/" + c.cycle, selected: c === p }, [c.authorityName, c.cycleName].filter(Boolean).join(" · "))));
  if (!p) {
    cycles.selectedIndex = -1;
  }
  choice.hidden = false;
  groups.hidden = !p;
  groups.setAttribute("aria-label", t("groups"));
  const focused = groups.contains(document.activeElement);
  groups.replaceChildren(...((p && p.groups) || []).map((g) =>
    element("a", { href: "#" + p.authority + "/" + p.cycle + "/" + g.id, "aria-current": g === group ? "page" : null }, named(g.id, g.name))));
  const current = groups.querySelector("[aria-current]");
  if (focused && current) {
    current.focus(); // the focused link was replaced by a new element
  }
}

async function draw() {
  if (!published) {
    return;
  }
  const mine = ++asked;
  if (published.length === 0) {
    choice.hidden = groups.hidden = true;
    show(element("h1", {}, t("empty")), element("p", {}, t("emptyHelp")));
    return;
  }
  const { p, group } = wanted();
  drawChoice(p, group);
  if (!p || !group) {
    show(element("p", { class: "notice" }, t("unknown")));
    return;
  }
  const address = "/v1/authorities/" + p.authority + "/cycles/" + p.cycle;
  const board = "/leaderboards/" + group.id;
  showLoading();
  try {
    const answer = await get(address + board);
    if (mine === asked) {
      show(...boardSection(answer, p, address + "/publications/" + answer.publication.id + board));
      document.title = named(group.id, group.name) + " – " + t("title");
    }
  } catch (e) {
    if (mine === asked) {
      showFailure(e);
    }
  }
}

async function load() {
  showLoading();
  try {
    published = await loadPublished();
    await draw();
  } catch (e) {
    showFailure(e);
  }
}

function translatePage() {
  document.documentElement.lang = currentLanguage();
  document.title = t("title");
  for (const e of document.querySelectorAll("[data-text]")) {
    e.textContent = t(e.dataset.text);
  }
  for (const b of document.querySelectorAll("[data-language]")) {
    b.setAttribute("aria-pressed", String(b.dataset.language === currentLanguage()));
  }
}

for (const b of document.querySelectorAll("[data-language]")) {
  b.addEventListener("click", () => {
    choose(b.dataset.language);
    translatePage();
    draw();
  });
}
document.querySelector(".skip").addEventListener("click", (e) => {
  e.preventDefault(); // the fragment names a leaderboard and must not be replaced by the link's
  section.focus();
});
choice.addEventListener("submit", (e) => e.preventDefault());
cycles.addEventListener("change", () => {
  location.hash = cycles.value;
});
window.addEventListener("hashchange", draw);

translatePage();
load();
