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
    const said = chosen("f-said"), out = chosen("f-out");
    const wanted = { st: chosen("f-stance"), s: chosen("f-speaker"), m: chosen("f-mode"), g: chosen("f-group") };
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
      if (out && item.dataset.out !== undefined) keep = keep && item.dataset.out.split(" ").includes(out);
      item.hidden = !keep;
      themes += theme;
      shown += theme && keep;
    }
    for (const kind of all(".kind")) kind.hidden = !items.some((item) => !item.hidden && item.dataset.said === kind.dataset.said);
    const asked = words.length || said || out || keys.length;
    $("status").textContent = asked ? `${shown} of ${themes} themes` : "";
    if ($("clear")) $("clear").hidden = !asked;
  }

  function clear() {
    for (const control of all(".tools input, .tools select:not(#sort)")) control.value = "";
    filter();
    $("q").focus();
  }

  // The order in which the page came is that of what changed, under headings; any other has none.
  const list = $("list"), came = list ? [...list.children] : [];
  function sort() {
    const by = $("sort").value;
    if (!list) return;
    list.classList.toggle("grouped", by === "change" && !!list.querySelector(".kind"));
    const order = by === "name" ? (a, b) => a.dataset.name.localeCompare(b.dataset.name) : (a, b) => b.dataset[by] - a.dataset[by];
    const kinds = came.filter((row) => row.matches(".kind")), rows = came.filter((row) => !row.matches(".kind"));
    list.append(...(by === "change" ? came : [...kinds, ...rows.sort(order)]));
  }

  // An address opens what it names.
  function follow() {
    const target = location.hash.length > 1 && $(location.hash.slice(1));
    if (!target) return;
    const item = target.closest(".item");
    if (item) item.hidden = false;
    for (let box = target.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    target.scrollIntoView({ block: target.matches(".u, .quote") ? "center" : "start" });
    if (target.matches(".u")) wayBack(target);
  }

  // A quotation has an address, so that the way back from the text leads to it and not to the top.
  all(".quote").forEach((quote, number) => (quote.id = `q${number + 1}`));
  const here = (id) => {
    try {
      history.replaceState(history.state, "", `#${id}`);
    } catch {
      // Pages without an address of their own have none to change.
    }
  };
  function wayBack(sentence) {
    for (const old of all(".back")) old.remove();
    const link = document.createElement("a"), report = document.querySelector(".kicker a");
    link.className = "back";
    link.href = report ? report.getAttribute("href") : "#themes";
    link.textContent = "← back to the quotation";
    link.addEventListener("click", (event) => {
      if (history.length < 2) return;
      event.preventDefault();
      history.back();
    });
    sentence.closest(".row").append(link);
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".at");
    if (link) here(link.closest(".quote").id);
  });

  async function copy(line, button) {
    const said = button.textContent;
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
    setTimeout(() => (button.textContent = said), 1500);
  }
  function button(text, label, run) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "cite";
    made.textContent = text;
    if (label) made.setAttribute("aria-label", label);
    made.addEventListener("click", () => copy(run(), made));
    return made;
  }
  const plain = (element) => element.textContent.replace(/\s+/g, " ").trim();

  // A theme gets its buttons, and its quotations theirs, when it is opened; the address follows what is open.
  function citable(box) {
    const body = box.querySelector(".body"), line = box.querySelector("summary .line");
    if (body && line && !body.querySelector(".big")) {
      const big = document.createElement("div"), axis = document.querySelector(".scale .axis");
      big.className = "big";
      big.setAttribute("aria-hidden", "true");
      big.append(line.cloneNode(true), axis.cloneNode(true));
      body.prepend(big);
    }
    if (body && box.id && !body.querySelector(".share")) {
      const row = document.createElement("p"), title = document.querySelector("title").textContent;
      row.className = "share";
      const link = () => `${location.href.split("#")[0]}#${box.id}`;
      row.append(button("Copy link", "Copy link to this theme", link));
      const claim = body.querySelector(".claim");
      if (claim) row.append(" ", button("Copy with numbers", "Copy with numbers what may be said of this theme",
        () => `${plain(box.querySelector(".label"))}: ${plain(claim)} (${title})`));
      body.append(row);
    }
    for (const caption of all("figcaption", box)) {
      if (caption.querySelector("button")) continue;
      const line = () => {
        const link = caption.querySelector(".src a:not(.at)");
        const source = caption.querySelector(".src").cloneNode(true);
        for (const extra of all("button, .sr", source)) extra.remove();
        const quote = plain(caption.parentElement.querySelector("blockquote"));
        return `“${quote}” (${plain(caption.querySelector("b"))}, ${plain(source)}${link ? `, ${link.href}` : ""})`;
      };
      caption.querySelector(".src").append(" ", button("Copy", "Copy this quotation with its source", line));
    }
  }

  function save(name, type, content) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  const unpack = async (id) => {
    const bytes = Uint8Array.from(atob($(id).textContent), (letter) => letter.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  };
  const everything = async () => ($("everything") ? unpack("everything") : JSON.stringify(JSON.parse($("diff").textContent), null, 1));

  for (const control of all(".tools input, .tools select")) control.addEventListener("input", filter);
  on("sort", "input", sort);
  document.querySelector(".tools").addEventListener("submit", (event) => event.preventDefault());
  on("clear", "click", clear);
  on("csv", "click", async () => save(`${$("diff").dataset.name}.csv`, "text/csv", await unpack("table")));
  on("json", "click", async () => save(`${$("diff").dataset.name}.json`, "application/json", await everything()));
  for (const box of all("details")) {
    box.addEventListener("toggle", () => box.open && citable(box));
    const summary = box.querySelector("summary");
    if (box.id && summary) summary.addEventListener("click", () => box.open || here(box.id));
  }
  for (const line of all(".js")) line.hidden = false;
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) follow();
  });
  // On paper: first the picture of all themes, then each with what was said.
  let closed = [];
  function overview() {
    if (!list || all(".overview").length) return;
    const copy = list.cloneNode(false);
    copy.removeAttribute("id");
    copy.classList.add("overview");
    for (const row of list.children) {
      if (row.hidden) continue;
      const line = row.cloneNode(row.matches(".kind"));
      const summary = row.querySelector("summary");
      if (summary) line.append(summary.cloneNode(true));
      copy.append(line);
    }
    list.before(copy);
  }
  addEventListener("beforeprint", () => {
    overview();
    closed = all("details:not([open])");
    closed.forEach((box) => (box.open = true));
  });
  addEventListener("afterprint", () => {
    closed.forEach((box) => (box.open = false));
    for (const copy of all(".overview")) copy.remove();
  });
  follow();
})();
