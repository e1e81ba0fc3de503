// Copies what a field holds. The button is hidden where there is no script.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    const word = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
        field.select();
        try {
            await navigator.clipboard.writeText(field.value);
        } catch {
            document.execCommand("copy"); // a page without HTTPS has no clipboard
        }
        button.textContent = button.dataset.done;
        setTimeout(() => { button.textContent = word; }, 2000);
    });
}
