// Brings the focus to the files that a press has shown: to the folder's name, or to the first of the files that follow.
// Who types the beginning of a name, or has gone on to something else, is left there.
"use strict";
{
    const folder = document.getElementById("browser");
    folder?.addEventListener("htmx:afterSwap", ({ target, detail }) => {
        const active = document.activeElement;
        const waits = active === document.body || active === detail.requestConfig.elt;
        if (!waits || folder.contains(active)) return;
        target.querySelector(target === folder ? "[tabindex]" : "a")?.focus();
    });
}
