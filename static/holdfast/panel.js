// The promise panel answers while one types; the "Check" button does the same without any script.
"use strict";
for (const presets of document.querySelectorAll("[data-for]")) {
    const field = document.getElementById(presets.dataset.for);
    presets.hidden = false;
    presets.addEventListener("click", (event) => {
        if (!event.target.value) return;
        field.value = event.target.value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
    });
}
const form = document.getElementById("link-form");
if (form) {
    const panel = document.getElementById("promise");
    let waiting = 0;
    let asked = new AbortController();

    const ask = async () => {
        asked.abort();
        asked = new AbortController();
        const entered = new FormData(form);
        if (!["bucket", "object_key", "lifetime"].every((name) => entered.get(name))) return;
        entered.set("preview", "1");
        panel.classList.add("busy");
        try {
            const answer = await fetch(form.action, {
                method: "POST", body: entered, headers: { "X-Panel": "1" }, signal: asked.signal,
            });
            if (answer.ok && !answer.redirected) panel.innerHTML = await answer.text();
            panel.classList.remove("busy");
        } catch (error) {
            if (error.name !== "AbortError") panel.classList.remove("busy");
        }
    };
    form.addEventListener("input", (event) => {
        if (["note", "filename"].includes(event.target.name)) return;
        clearTimeout(waiting);
        waiting = setTimeout(ask, 500);
    });
    form.addEventListener("submit", () => { clearTimeout(waiting); asked.abort(); });
}
