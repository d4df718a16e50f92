// What the pages do in the browser. Nothing here knows a fact: the server renders, this helps hands and keys.
(() => {
  "use strict";
  const all = (query, root = document) => Array.from(root.querySelectorAll(query));
  const one = (query, root = document) => root.querySelector(query);

  // ---- small components of the content-policy build of Alpine
  document.addEventListener("alpine:init", () => {
    Alpine.data("toggle", () => ({ open: false, flip() { this.open = !this.open; }, shut() { this.open = false; } }));
    // Shows parts of a form that belong to one answer: <div x-data="answer" data-first="x"> … x-model="value" … data-when="a b".
    Alpine.data("answer", () => ({
      value: "",
      init() { this.value = this.$el.dataset.first || ""; this.show(); this.$watch("value", () => this.show()); },
      show() {
        all("[data-when]", this.$root).forEach((part) => {
          part.hidden = !part.dataset.when.split(" ").includes(this.value);
          all("input,select,textarea", part).forEach((input) => { input.disabled = part.hidden; });
        });
      },
    }));
  });

  // ---- requests: the anti-forgery value travels as a header, an expired session goes to the door
  document.addEventListener("htmx:configRequest", (event) => {
    const token = one('meta[name="csrf-token"]')?.content;
    if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token;
  });
  document.addEventListener("htmx:responseError", (event) => tell(event.detail.xhr.status === 403 ? "没有权限，或登录已过期。请刷新页面后再试。" : "服务器没有办成这件事，请稍后再试。"));
  document.addEventListener("htmx:sendError", () => tell("连不上服务器，请检查网络。刚才的内容没有保存。"));

  function tell(message) {
    const bar = one("#notice");
    if (!bar) return;
    bar.textContent = message;
    bar.hidden = false;
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => { bar.hidden = true; }, 6000);
  }

  // ---- rows: pick, pick a range with shift, pick all, count
  let last = null;
  function count(card) {
    const picked = all("tbody input[data-pick]:checked", card).length;
    const every = all("tbody input[data-pick]", card);
    all("[data-picked-count]", card).forEach((place) => { place.textContent = picked; });
    all("[data-needs-picked]", card).forEach((button) => { button.disabled = picked === 0; });
    all("tbody tr", card).forEach((row) => row.toggleAttribute("data-picked", Boolean(one("input[data-pick]:checked", row))));
    const head = one("input[data-pick-all]", card);
    if (head) { head.checked = picked > 0 && picked === every.length; head.indeterminate = picked > 0 && picked < every.length; }
  }
  document.addEventListener("click", (event) => {
    const box = event.target.closest("input[data-pick]");
    if (box) {
      const boxes = all("input[data-pick]", box.closest("table"));
      if (event.shiftKey && last && boxes.includes(last)) {
        const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
        boxes.slice(from, to + 1).forEach((between) => { between.checked = box.checked; });
      }
      last = box;
      count(box.closest("[data-table]"));
    }
    const every = event.target.closest("input[data-pick-all]");
    if (every) {
      all("input[data-pick]", every.closest("table")).forEach((each) => { each.checked = every.checked; });
      count(every.closest("[data-table]"));
    }
  });

  // ---- columns: which are shown is remembered in this browser, by the name of the table
  const remembered = (table) => { try { return JSON.parse(localStorage.getItem(`columns:${table}`)); } catch { return null; } };
  function columns(card) {
    const off = remembered(card.dataset.table) || all("[data-column]:not(:checked)", card).map((box) => box.dataset.column);
    all("[data-column]", card).forEach((box) => { box.checked = !off.includes(box.dataset.column); });
    all("[data-col]", card).forEach((cell) => { cell.hidden = off.includes(cell.dataset.col); });
  }
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-column]")) return;
    const card = event.target.closest("[data-table]");
    const off = all("[data-column]:not(:checked)", card).map((box) => box.dataset.column);
    localStorage.setItem(`columns:${card.dataset.table}`, JSON.stringify(off));
    columns(card);
  });

  // ---- tree, drawer, dialogs, copying, printing
  const doing = {
    "tree-toggle": (button) => { const item = button.closest("li"); button.setAttribute("aria-expanded", item.toggleAttribute("data-open")); },
    areas: () => document.body.toggleAttribute("data-areas"),
    "filter-toggle": (button) => button.parentElement.querySelector(".filter").toggleAttribute("data-open"),
    "dialog-open": (button) => one(`#${button.dataset.dialog}`).showModal(),
    "dialog-close": (button) => button.closest("dialog").close(),
    copy: (button) => navigator.clipboard.writeText(button.dataset.text).then(() => tell("已复制")),
    print: () => print(),
    "choose-all": (button) => all(`input[name="${button.dataset.name}"][value="${button.dataset.value}"]`).forEach((radio) => { radio.checked = true; }),
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) { event.preventDefault(); doing[button.dataset.do](button); }
    if (document.body.hasAttribute("data-areas") && !event.target.closest(".side, [data-do='areas']")) document.body.removeAttribute("data-areas");
    all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("submit", (event) => {
    // A form is sent once: the second press of an impatient hand changes nothing.
    const form = event.target;
    if (form.method === "post" && !form.hasAttribute("hx-post")) {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 4000); // a download leaves the page standing
    }
  });
  addEventListener("pageshow", () => {
    all("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
    all("[data-table]").forEach(count); // a browser that goes back brings its ticks along
  });

  // ---- keys: / search, j k rows, Enter open, x pick, ? help
  const typing = (target) => target.closest?.("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable], dialog");
  function step(by) {
    const rows = all("table.dense tbody tr[tabindex]");
    if (!rows.length) return;
    const at = rows.indexOf(document.activeElement?.closest("tr"));
    rows[Math.min(Math.max(at + by, 0), rows.length - 1)].focus();
  }
  const keys = {
    "/": () => one("[data-search]")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    x: () => one("input[data-pick]", document.activeElement?.closest("tr") || document.createElement("tr"))?.click(),
    "?": () => one("#keys")?.showModal(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") { document.body.removeAttribute("data-areas"); if (typing(event.target)) event.target.blur(); return; }
    if (typing(event.target)) return;
    if (event.key === "Enter" && event.target.matches("tr[data-href]")) { location.assign(event.target.dataset.href); return; }
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });

  // ---- leaving the desk: a word before the session ends, and after
  let touched = Date.now();
  ["click", "keydown", "htmx:afterRequest"].forEach((name) => document.addEventListener(name, () => { touched = Date.now(); }, { passive: true }));
  function watch() {
    const minutes = Number(document.body.dataset.idleMinutes);
    if (!minutes) return;
    const left = minutes - (Date.now() - touched) / 60000;
    const bar = one("#idle");
    bar.hidden = left > 2;
    one("span", bar).textContent = left > 0 ? "您有一会儿没有操作了，2 分钟内将自动退出登录。请保存正在填写的内容。" : "登录已过期。请复制未保存的内容，再重新登录。";
  }
  setInterval(watch, 15000);

  // ---- files dropped on the upload box
  ["dragover", "dragleave", "drop"].forEach((name) => document.addEventListener(name, (event) => {
    const box = event.target.closest?.(".drop");
    if (!box) return;
    event.preventDefault();
    box.toggleAttribute("data-over", name === "dragover");
    if (name === "drop") one("input[type=file]", box).files = event.dataTransfer.files;
  }));

  function boot(root) {
    all("select[data-pick-many], select[data-find]", root).forEach((select) => {
      if (select.tomselect) return;
      new TomSelect(select, { plugins: select.multiple ? ["remove_button"] : [], maxItems: select.multiple ? Number(select.dataset.most) || null : 1, maxOptions: 500,
        render: { no_results: () => { const none = document.createElement("div"); none.className = "no-results"; none.textContent = "没有相符的选项"; return none; } } });
    });
    all("[data-table]").forEach((card) => { columns(card); count(card); });
  }
  document.addEventListener("DOMContentLoaded", () => boot(document));
  document.addEventListener("htmx:afterSettle", (event) => boot(event.target));
})();
