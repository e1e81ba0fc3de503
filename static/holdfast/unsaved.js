// Asks before a form is left in which something was entered: another page of the menu would lose it.
"use strict";
for (const form of document.querySelectorAll("form[data-unsaved]")) {
    let isChanged = form.querySelector(".errornote") !== null;
    form.addEventListener("input", () => { isChanged = true; });
    form.addEventListener("submit", () => { isChanged = false; });
    window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
}
