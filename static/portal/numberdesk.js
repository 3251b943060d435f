/* What HTML and htmx leave open. It knows no page: everything is asked for by attributes. */
"use strict";
{
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (name, listener, capture = false) => document.addEventListener(name, listener, capture);
  const modal = $("#modal");
  const toasts = $("#toasts");

  // --- toasts: [data-dismiss] closes one; good news leaves by itself, trouble stays ---

  function toast(level, text) {
    const node = $("#toast").content.firstElementChild.cloneNode(true);
    node.classList.add(level);
    $("p", node).textContent = text;
    // All outside an open modal dialog is inert: messages move in with it.
    (modal?.open ? modal : document.body).append(toasts);
    toasts.append(node);
    fade(node);
  }
  function fade(node) {
    if (node.matches(".success, .info")) setTimeout(() => node.remove(), 8000);
  }
  on("desk:messages", ({ detail }) => (detail.messages ?? detail.value ?? []).forEach((m) => toast(m.level, m.text)));

  // --- the dialog: whatever is swapped into #modal opens it; modal:close and [data-close] close it ---

  let opener = null;
  function open() {
    if (modal.open) return;
    opener = document.activeElement;
    modal.showModal();
  }
  // The opener itself may have been swapped for a fresher one while the dialog was open.
  const twin = () => $$("[hx-get]").find((node) => node.getAttribute("hx-get") === opener?.getAttribute("hx-get"));
  on("modal:close", () => modal?.close());
  modal?.addEventListener("close", () => {
    document.body.append(toasts);
    modal.replaceChildren();
    (opener?.isConnected ? opener : (twin() ?? $("#main"))).focus();
  });
  on("htmx:beforeRequest", ({ detail }) => {
    if (!modal || detail.target !== modal || modal.open) return;
    modal.replaceChildren($("#modal-loading").content.cloneNode(true));
    open();
  });
  // While a form's answer is on the way the dialog stays: it is where the answer will be.
  modal?.addEventListener("cancel", (event) => $("form[aria-busy=true]", modal) && event.preventDefault());
  on("htmx:beforeSwap", ({ detail }) => {
    const forModal = modal && detail.target === modal;
    // Closed while it was loading: it stays closed. And it is filled, whatever swap its opener inherits.
    if (forModal && !modal.open) detail.shouldSwap = false;
    if (forModal) detail.swapOverride = "innerHTML";
    // Fragments say themselves what went wrong. A whole page (a proxy's, or our error pages) would be
    // swapped into a corner of this one.
    if (detail.xhr.status >= 400 && detail.shouldSwap && /^\s*<!doctype/i.test(detail.xhr.responseText)) {
      detail.shouldSwap = false;
      failed(detail);
    }
    if (forModal && detail.shouldSwap) document.body.append(toasts);
  });
  // Whoever opened a dialog to fill it in can type at once.
  const first = () => $("[autofocus]", modal) ?? $(".body :is(select, textarea, input:not([type=hidden], [type=checkbox], [type=radio]))", modal);
  on("htmx:afterSettle", () => {
    if (!modal?.open) return;
    const astray = !modal.contains(document.activeElement) || document.activeElement === modal;
    if (astray) (first() ?? modal).focus();
  });

  // What is gone for everybody leaves the page it is still on.
  on("desk:gone", ({ detail }) => document.getElementById(detail.id)?.remove());

  // --- requests that failed ---

  function failed({ xhr, requestConfig, target }) {
    const reading = requestConfig.verb === "get";
    const safe = reading ? " Nothing was changed." : " Look at its history before you try again.";
    const texts = {
      0: "Numberdesk did not answer." + (reading ? safe : " Nothing is known to have changed." + safe),
      403: "You may not do this, or you were signed out meanwhile. Nothing was changed.",
      404: "This is not there any more. Nothing was changed.",
      429: "Too many attempts. Nothing was changed; try again in a minute.",
    };
    const status = xhr?.status ?? 0;
    const text = texts[status] ?? (status < 500 ? "Numberdesk refused this request. Nothing was changed." : "Numberdesk failed to answer." + safe);
    const box = boxOf(requestConfig.elt);
    if (box) return fill(box, text);
    const id = status && xhr.getResponseHeader("X-Request-ID");
    if (modal && target === modal && $(".loading", modal)) modal.close();
    toast("error", id ? `${text} (Request ${id})` : text);
  }
  for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) on(name, ({ detail }) => failed(detail));

  // --- one request at a time: aria-busy marks who waits; a second click or Enter is swallowed ---

  const setBusy = (node, yes) => yes ? node?.setAttribute("aria-busy", "true") : node?.removeAttribute("aria-busy");
  const isBusy = (event) => event.target.closest?.("[aria-busy=true]:is(form, button, a)");
  for (const name of ["click", "submit"]) on(name, (event) => {
    if (!isBusy(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "dialog" || form.method === "get") return;
    for (const node of [form, event.submitter]) {
      setBusy(node, true);
      setTimeout(() => setBusy(node, false), 20000);
    }
  });
  // A form that only reads stays usable: its next request replaces the one that runs.
  function submitters({ elt, requestConfig }) {
    const kinds = requestConfig.verb === "get" ? "button, a" : "form, button, a";
    return [elt, requestConfig.triggeringEvent?.submitter].filter((node) => node?.matches(kinds));
  }
  on("htmx:beforeRequest", ({ detail }) => submitters(detail).forEach((node) => setBusy(node, true)));
  on("htmx:afterRequest", ({ detail }) => submitters(detail).forEach((node) => setBusy(node, false)));
  // Back to a page the browser had kept whole: it is asked for again, it may have become untrue.
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // --- form[data-requires-tick]: the button waits for the tick (the server asks for it again) ---

  function updateTick(form) {
    const missing = $$("input[type=checkbox][required]", form).some((box) => !box.checked);
    $$("button[type=submit]", form).forEach((button) => (button.disabled = missing));
  }
  on("change", ({ target }) => {
    if (target.form?.matches("[data-requires-tick]")) updateTick(target.form);
    if (target.matches("[data-keys]")) localStorage.setItem("keys", target.checked ? "on" : "off");
  });

  // --- times: [data-ago] counts, [data-at] is shown in the reader's own zone ---

  const units = [[86400, "day"], [3600, "h"], [60, "min"], [1, "s"]];
  const shapes = {
    date: { day: "numeric", month: "short", year: "numeric" },
    time: { timeStyle: "medium" },
    full: { dateStyle: "medium", timeStyle: "long" },
    "": { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  };
  // In the server's words (the filter `ago`): nothing may jump when the page has loaded.
  function ago(node) {
    const past = (Date.now() - Date.parse(node.dateTime)) / 1000;
    const seconds = Math.abs(past);
    const [size, unit] = units.find(([size]) => seconds >= size) ?? units.at(-1);
    const count = Math.floor(seconds / size);
    const words = `${count} ${unit}${unit === "day" && count > 1 ? "s" : ""}`;
    node.textContent = seconds < 2 ? "just now" : past > 0 ? `${words} ago` : `in ${words}`;
  }
  const agoEverywhere = () => document.hidden || $$("time[data-ago]").forEach(ago);
  function local(node) {
    node.title ||= node.textContent.trim();
    node.textContent = new Intl.DateTimeFormat("en-GB", shapes[node.dataset.at] ?? shapes[""]).format(new Date(node.dateTime));
  }
  setInterval(agoEverywhere, 3000);
  on("visibilitychange", agoEverywhere);
  // Nobody looks: what asks again and again waits until somebody does.
  on("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.getAttribute("hx-trigger")?.startsWith("every")) event.preventDefault();
  });

  // --- [role=combobox]: arrows walk the options it controls, Enter follows one, Escape leaves step by step ---

  const listOf = (box) => document.getElementById(box.getAttribute("aria-controls"));
  const boxOf = (node) => node.closest?.("[role=combobox]");
  function point(box, to) {
    const options = $$("[role=option]", listOf(box));
    options.forEach((option) => option.setAttribute("aria-selected", option === to));
    box.setAttribute("aria-expanded", options.length > 0);
    if (to) box.setAttribute("aria-activedescendant", to.id);
    else box.removeAttribute("aria-activedescendant");
    to?.scrollIntoView({ block: "nearest" });
  }
  function fill(box, text = "") {
    listOf(box).textContent = text;
    setBusy(listOf(box), false);
    point(box, null);
  }
  function leave(box) {
    box.value = "";
    box.blur();
  }
  on("keydown", (event) => {
    const box = boxOf(event.target);
    if (!box || event.isComposing) return;
    // What was found for another text is not to be gone to.
    const stale = listOf(box).matches("[aria-busy=true]");
    const options = stale ? [] : $$("[role=option]", listOf(box));
    const here = options.findIndex((option) => option.id === box.getAttribute("aria-activedescendant"));
    const act = {
      ArrowDown: () => options.length ? point(box, options[(here + 1) % options.length]) : box.dispatchEvent(new Event("focus")),
      ArrowUp: () => options.length && point(box, options.at(Math.max(here, 0) - 1)),
      Enter: here < 0 ? null : () => options[here].click(),
      Escape: () => listOf(box).hasChildNodes() ? fill(box) : leave(box),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  on("input", ({ target }) => {
    if (!boxOf(target)) return;
    point(target, null);
    setBusy(listOf(target), true);
  });
  on("focusout", ({ target }) => boxOf(target)?.setAttribute("aria-expanded", false));
  on("htmx:afterSwap", ({ detail }) => {
    const box = $(`[role=combobox][aria-controls="${detail.target.id}"]`);
    if (!box) return;
    setBusy(detail.target, false);
    point(box, null);
  });

  // --- keys: / and Ctrl+K find, j and k walk the rows of [data-list]; Enter is the link's own ---

  function focusRow(step) {
    const rows = $$("[data-list] :is(tbody > tr, li)").filter((row) => $("a[href], button", row));
    const here = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step];
    if (row) $("[data-go], a[href], button", row).focus();
  }
  on("keydown", (event) => {
    if (modal?.open || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      $("#find")?.select();
    }
    if (event.ctrlKey || event.metaKey || localStorage.getItem("keys") === "off") return;
    if (event.target.closest("input, select, textarea, [contenteditable]")) return;
    const act = { "/": () => $("#find")?.select(), j: () => focusRow(1), k: () => focusRow(-1) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });

  on("click", (event) => {
    const { target } = event;
    target.closest("[data-dismiss]")?.closest("[data-toast]").remove();
    const closes = target === modal || target.closest("dialog [data-close]");
    if (!closes || $("form[aria-busy=true]", modal)) return;
    event.preventDefault();
    modal.close();
  });

  // --- [data-copy]: copies the text of what it names; [data-filter]: hides [data-words] that lack its words ---

  on("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    if (!button) return;
    const text = $(button.dataset.copy).textContent.trim();
    const said = $("[data-copied]", button.parentNode);
    try {
      await navigator.clipboard.writeText(text);
      said.textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren($(button.dataset.copy));
      said.textContent = "Selected: press Ctrl+C.";
    }
  });
  on("input", ({ target }) => {
    if (!target.matches("[data-filter]")) return;
    const words = target.value.toLowerCase().split(/\s+/);
    for (const item of $$("[data-words]", $(target.dataset.filter))) item.hidden = !words.every((word) => item.dataset.words.includes(word));
  });

  // --- every piece of page, the first and the swapped in ---

  function enhance(scope) {
    $$("form[data-requires-tick]", scope).forEach(updateTick);
    $$("time[data-ago]", scope).forEach(ago);
    $$("time[data-at]:not([title])", scope).forEach(local);
    $$("[data-keys]", scope).forEach((box) => (box.checked = localStorage.getItem("keys") !== "off"));
    $$("[data-toast]", scope).forEach(fade);
  }
  on("htmx:load", ({ detail }) => enhance(detail.elt.parentNode ?? detail.elt));
}
