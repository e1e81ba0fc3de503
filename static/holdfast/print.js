// Prints the page. The button is hidden where there is no script: browsers have a menu for it.
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
}
