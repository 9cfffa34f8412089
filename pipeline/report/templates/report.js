"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const items = [...document.querySelectorAll(".item")];
  const text = new Map(items.map((item) => [item, item.textContent.toLowerCase().replace(/\s+/g, " ")]));
  const chosen = (id) => ($(id) ? $(id).value : "");

  function filter() {
    const words = $("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const said = chosen("f-said"), stance = chosen("f-stance"), speaker = chosen("f-speaker"), mode = chosen("f-mode");
    let shown = 0;
    for (const item of items) {
      let fits = words.every((word) => text.get(item).includes(word)) && (!said || item.dataset.said === said);
      let quotes = 0;
      for (const quote of item.querySelectorAll(".quote")) {
        const of = quote.dataset;
        const keep = (!stance || of.stance === stance) && (!speaker || of.speaker === speaker) && (!mode || of.mode === mode);
        quote.hidden = !keep;
        quotes += keep;
      }
      if ((stance || speaker || mode) && !quotes) fits = false;
      item.hidden = !fits;
      shown += fits && item.tagName === "LI";
    }
    const all = items.filter((item) => item.tagName === "LI").length;
    $("status").textContent = shown === all ? "" : `${shown} of ${all} themes`;
  }

  function sort() {
    const by = $("sort").value, list = $("list");
    if (!list) return;
    const key = { change: (d) => +d.order, before: (d) => -d.before, after: (d) => -d.after }[by];
    [...list.children]
      .sort((a, b) => (key ? key(a.dataset) - key(b.dataset) : a.dataset.name.localeCompare(b.dataset.name)))
      .forEach((item) => list.append(item));
  }

  function follow() {
    const target = location.hash.length > 1 && $(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const item = target.closest(".item");
    if (item) item.hidden = false;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView();
  }

  function save(name, type, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  const data = () => JSON.parse($("diff").textContent);
  const cell = (value) => {
    const plain = value === null || value === undefined ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(plain) ? "'" + plain : plain;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  function csv(diff) {
    const head = "kind,id,label,change,verdict,before_segments,before_share,after_segments,after_share,difference,low,high,p,q".split(",");
    const rows = [["theme", diff.themes], ["position", diff.positions]].flatMap(([kind, list]) => list.map((t) => [
      kind, t.id, t.label, t.change, t.verdict, t.before.n_segments, t.before.share, t.after.n_segments, t.after.share,
      t.difference.value, t.difference.low, t.difference.high, t.difference.p, t.difference.q]));
    return [head, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
  }

  for (const control of document.querySelectorAll(".tools input, .tools select")) control.addEventListener("input", filter);
  $("sort").addEventListener("input", sort);
  document.querySelector(".tools").addEventListener("submit", (event) => event.preventDefault());
  $("csv").addEventListener("click", () => save("diff.csv", "text/csv", csv(data())));
  $("json").addEventListener("click", () => save("diff.json", "application/json", JSON.stringify(data(), null, 1)));
  addEventListener("hashchange", follow);
  let closed = [];
  addEventListener("beforeprint", () => { closed = [...document.querySelectorAll("details:not([open])")]; closed.forEach((box) => (box.open = true)); });
  addEventListener("afterprint", () => closed.forEach((box) => (box.open = false)));
  follow();
})();
