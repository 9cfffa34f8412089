"use strict";
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (what, within = document) => [...within.querySelectorAll(what)];
  const items = all(".item");
  const flat = (element) => element.textContent.toLowerCase().replace(/\s+/g, " ");
  const texts = new Map(items.map((item) => [item, flat(item)]));
  const chosen = (id) => ($(id) ? $(id).value : "");
  const on = (id, what, run) => $(id) && $(id).addEventListener(what, run);

  // Search and filters: a theme, position or text stays when it has every word; in it, the quotations that fit.
  function filter() {
    const words = $("q").value.toLowerCase().split(/\s+/).filter(Boolean);
    const said = chosen("f-said"), wanted = { st: chosen("f-stance"), s: chosen("f-speaker"), m: chosen("f-mode") };
    const keys = Object.keys(wanted).filter((key) => wanted[key]);
    let shown = 0, themes = 0;
    for (const item of items) {
      const theme = item.tagName === "LI" && item.dataset.said !== undefined;
      const fit = all(".quote", item).filter((quote) => {
        const has = { ...quote.dataset, s: quote.querySelector("figcaption b").textContent };
        const keep = keys.every((key) => has[key] === wanted[key]);
        quote.hidden = !keep;
        return keep;
      });
      let keep = words.every((word) => texts.get(item).includes(word));
      if (said && item.dataset.said !== undefined) keep = keep && item.dataset.said === said;
      if (keys.length && item.querySelector(".quote, .pair")) keep = keep && fit.length > 0;
      if (keep && words.length) {
        const hits = fit.filter((quote) => words.every((word) => flat(quote).includes(word)));
        if (hits.length) fit.forEach((quote) => (quote.hidden = !hits.includes(quote)));
      }
      item.hidden = !keep;
      themes += theme;
      shown += theme && keep;
    }
    $("status").textContent = words.length || said || keys.length ? `${shown} of ${themes} themes` : "";
  }

  function sort() {
    const by = $("sort").value, list = $("list");
    const key = { change: (d) => +d.order, before: (d) => -d.before, after: (d) => -d.after }[by];
    const order = key ? (a, b) => key(a.dataset) - key(b.dataset) : (a, b) => a.dataset.name.localeCompare(b.dataset.name);
    if (list) list.append(...[...list.children].sort(order));
  }

  // An address opens what it names.
  function follow() {
    const target = location.hash.length > 1 && $(location.hash.slice(1));
    if (!target) return;
    const item = target.closest(".item");
    if (item) item.hidden = false;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView({ block: target.matches(".u") ? "center" : "start" });
  }

  // A quotation gets its button when its theme is opened.
  function citable(box) {
    for (const caption of all("figcaption", box)) {
      if (caption.querySelector("button")) continue;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "cite";
      button.textContent = "Copy";
      button.setAttribute("aria-label", "Copy this quotation with its source");
      button.addEventListener("click", async () => {
        const quote = caption.parentElement.querySelector("blockquote").textContent.trim();
        const link = caption.querySelector(".src a:not(.at)");
        const source = caption.querySelector(".src").textContent.replace(/\s+/g, " ").trim();
        const who = caption.querySelector("b").textContent;
        const line = `“${quote}” (${who}, ${source}${link ? `, ${link.href}` : ""})`;
        try {
          await navigator.clipboard.writeText(line);
        } catch {
          const field = document.createElement("textarea");
          field.value = line;
          document.body.append(field);
          field.select();
          document.execCommand("copy");
          field.remove();
        }
        button.textContent = "Copied";
        setTimeout(() => (button.textContent = "Copy"), 1500);
      });
      caption.querySelector(".src").append(" ", button);
    }
  }

  function save(name, type, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  const read = (id) => JSON.parse($(id).textContent);
  const cell = (value) => {
    const plain = value === null || value === undefined ? "" : String(value);
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  function csv(diff) {
    const share = ["n_segments", "n_speeches", "share", "low", "high"], number = ["value", "low", "high", "p", "q"];
    const head = ["kind", "id", "label", "change", "verdict"].concat(
      ["before", "after"].flatMap((side) => share.map((name) => `${side}_${name}`)), number.map((name) => `difference_${name}`));
    const rows = ["themes", "positions"].flatMap((kind) => diff[kind].map((t) => [kind.slice(0, -1), t.id, t.label, t.change, t.verdict,
      ...share.map((name) => t.before[name]), ...share.map((name) => t.after[name]), ...number.map((name) => t.difference[name])]));
    return [head, ...rows].map((row) => row.map(cell).join(",")).join("\n") + "\n";
  }

  for (const control of all(".tools input, .tools select")) control.addEventListener("input", filter);
  on("sort", "input", sort);
  document.querySelector(".tools").addEventListener("submit", (event) => event.preventDefault());
  on("csv", "click", () => save("diff.csv", "text/csv", csv(read("diff"))));
  on("json", "click", () => save("diff.json", "application/json", JSON.stringify(read("diff"), null, 1)));
  for (const box of all("details")) box.addEventListener("toggle", () => box.open && citable(box));
  for (const line of all(".js")) line.hidden = false;
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) follow();
  });
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all("details:not([open])");
    closed.forEach((box) => (box.open = true));
  });
  addEventListener("afterprint", () => closed.forEach((box) => (box.open = false)));
  follow();
})();
