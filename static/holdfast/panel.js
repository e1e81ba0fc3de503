// Lifetimes by one click, and files chosen in the browser of a bucket. Typing does the same without any script.
"use strict";
const enter = (field, value) => {
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
};

for (const presets of document.querySelectorAll("[data-for]")) {
    const field = document.getElementById(presets.dataset.for);
    const buttons = presets.querySelectorAll("button");
    const mark = () => {
        for (const button of buttons) button.setAttribute("aria-pressed", String(button.value === field.value));
    };
    presets.hidden = false;
    mark();
    field.addEventListener("input", mark);
    presets.addEventListener("click", (event) => { if (event.target.value && event.target.type === "button") enter(field, event.target.value); });
    presets.querySelector("[data-lifetime]")?.addEventListener("change", (event) => { if (event.target.value) enter(field, event.target.value); });
}

const browser = document.querySelector("#link-form #browser");
browser?.addEventListener("click", (event) => {
    const file = event.target.closest("[data-key]");
    if (!file) return;
    event.preventDefault();
    browser.replaceChildren();
    document.getElementById("id_bucket").value = file.dataset.bucket;
    const field = document.getElementById("id_object_key");
    enter(field, file.dataset.key);
    document.getElementById("id_lifetime").focus();
});
