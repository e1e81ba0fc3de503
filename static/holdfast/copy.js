// Copies what a field holds, and says so to screen readers too. The button is hidden where there is no script, and has
// the focus where copying is what comes next.
"use strict";
const said = document.createElement("p");
said.setAttribute("role", "status");
said.className = "visually-hidden";
document.body.append(said);

const prepare = (button) => {
    const field = document.getElementById(button.dataset.copy);
    const word = button.textContent;
    let back = 0;
    button.hidden = false;
    if ("first" in button.dataset) button.focus();
    button.addEventListener("click", async () => {
        said.textContent = "";
        field.select();
        try {
            await navigator.clipboard.writeText(field.value);
        } catch {
            document.execCommand("copy"); // a page without HTTPS has no clipboard
        }
        button.textContent = said.textContent = button.dataset.done;
        clearTimeout(back);
        back = setTimeout(() => { button.textContent = word; }, 2000);
    });
};

document.querySelectorAll("[data-copy]").forEach(prepare);
document.addEventListener("htmx:afterSwap", (event) => event.target.querySelectorAll("[data-copy]").forEach(prepare));
