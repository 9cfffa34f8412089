// Corrections: a click on a sentence notes what is wrong with it; the file is read by `themeshift diff --corrections`.
(() => {
  const $ = (id) => document.getElementById(id);
  const all = (what) => [...document.querySelectorAll(what)];
  const chosen = (id) => $(id).value;
  const on = (id, what, run) => $(id).addEventListener(what, run);
  const noted = [];
  const { themes, speakers } = JSON.parse($("choices").textContent);
  const fill = (id, pairs) => $(id).replaceChildren(...pairs.map(([value, label]) => new Option(label, value)));
  fill("fix-speaker", [["", ""], ...speakers.map((name) => [`=${name}`, name]), ["=", "nobody known"]]);
  for (const id of ["fix-add", "fix-drop"]) fill(id, [["", ""], ...themes]);
  let here = null;
  const ask = (sentence) => {
    here = sentence;
    $("fix").querySelector("form").reset();
    $("fix-text").textContent = sentence.textContent;
    $("fix").showModal();
  };
  on("mark", "click", () => {
    const marking = document.body.classList.toggle("marking");
    $("mark").setAttribute("aria-pressed", marking);
    for (const sentence of all(".u")) {
      if (marking) sentence.tabIndex = 0;
      else sentence.removeAttribute("tabindex");
      sentence[marking ? "setAttribute" : "removeAttribute"]("role", "button");
    }
  });
  document.addEventListener("click", (event) => {
    const sentence = document.body.classList.contains("marking") && event.target.closest(".u");
    if (sentence) ask(sentence);
  });
  document.addEventListener("keydown", (event) => {
    const sentence = event.target.closest(".marking .u");
    if (!sentence || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    ask(sentence);
  });
  on("fix", "close", () => {
    if ($("fix").returnValue !== "ok" || !here) return;
    const place = { speech_id: here.closest(".speech").dataset.id, start: +here.id.split("_").pop(), end: +here.dataset.e, text: here.textContent };
    const add = (what, more) => noted.push({ ...place, what, ...more });
    if (chosen("fix-speaker")) add("speaker", { now: chosen("fix-speaker").slice(1) || null });
    if (chosen("fix-add")) add("theme", { theme: chosen("fix-add"), now: true });
    if (chosen("fix-drop")) add("theme", { theme: chosen("fix-drop"), now: false });
    if (chosen("fix-target") && chosen("fix-stance")) add("stance", { target: chosen("fix-target"), now: chosen("fix-stance") });
    here.classList.add("wrong");
    $("keep").hidden = !noted.length;
    $("marked").textContent = noted.length ? `${noted.length} noted` : "";
  });
  on("keep", "click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob(noted.map((row) => JSON.stringify(row) + "\n"), { type: "application/jsonl" }));
    link.download = "corrections.jsonl";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
})();
