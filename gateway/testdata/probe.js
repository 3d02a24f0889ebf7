// Runs in the page under test: it reads and uses the page as a visitor would, then
// writes its report into the page, where the test reads it.

const seen = (e) => e.checkVisibility() && getComputedStyle(e).clipPath === "none";
const text = (e) => e.innerText.replace(/\s+/g, " ").trim();
const all = (selector) => [...document.querySelectorAll(selector)];
const line = (row) => [...row.cells].filter(seen).map(text).join(" | ");
const opened = () => all(".board tr.detail").filter((e) => !e.hidden).length;

async function until(condition) {
  while (!condition()) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

await until(() => document.querySelector(".board tbody tr"));

const root = document.documentElement;
const rows = all(".board tbody tr.agency");
const toggle = rows[0].querySelector("button[aria-expanded]");
const report = {
  lang: root.lang,
  title: document.title,
  heading: text(document.querySelector("h1")),
  statistics: all(".statistics > div").map(text),
  note: all("#board > p.quiet").map(text).filter(Boolean),
  head: line(document.querySelector(".board thead tr")),
  headHidden: !seen(document.querySelector(".board thead")),
  rows: rows.map(line),
  nameLang: rows.map((r) => r.querySelector("th").querySelector("[lang]")?.lang),
  tabs: all("#groups a[href]").map((a) => text(a) + (a.getAttribute("aria-current") === "page" ? " *" : "")),
  languages: all("button[data-language]").map((b) => b.lang + " " + b.getAttribute("aria-pressed")),
  wider: root.scrollWidth - root.clientWidth,
  // Controls that the tab key cannot reach.
  unreachable: all("#groups a, .languages > *, .toggle, .actions > *, select, input").filter((e) => e.tabIndex < 0 || !e.matches("a[href], button, select, input")).length,
};

report.before = [toggle.getAttribute("aria-expanded"), opened()];
toggle.click();
const detail = document.getElementById(toggle.getAttribute("aria-controls"));
report.after = [toggle.getAttribute("aria-expanded"), opened()];
report.open = line(rows[0]);
report.domains = [...detail.querySelectorAll(".domains tbody tr")].map(line);
report.widerOpen = root.scrollWidth - root.clientWidth;
toggle.click();
report.again = [toggle.getAttribute("aria-expanded"), opened()];

dispatchEvent(new Event("beforeprint"));
report.printed = opened();
dispatchEvent(new Event("afterprint"));
report.afterPrint = opened();

const box = document.querySelector("input[type=search]");
box.value = "xuyen";
box.dispatchEvent(new Event("input"));
report.found = all(".board tr.agency").filter(seen).map((r) => text(r.querySelector("th")));

document.querySelector("#groups a:not([aria-current])").click();
await until(() => document.querySelector(".board tbody tr") && text(document.querySelector("h1")) !== report.heading);
report.next = text(document.querySelector("h1"));
document.querySelector("button[aria-pressed=false]").click();
await until(() => document.querySelector(".board tbody tr") && text(document.querySelector("h1")) !== report.next);
report.other = root.lang + " " + text(document.querySelector("h1"));

const out = document.createElement("pre");
out.id = "probe";
out.textContent = JSON.stringify(report);
document.body.append(out);
