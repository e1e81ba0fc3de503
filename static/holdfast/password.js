// Makes a password that can be read out over the telephone: no letter looks like a digit. 20 of 56 signs are 116 bits.
"use strict";
const SIGNS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

const draw = () => {
    for (;;) {
        const [number] = crypto.getRandomValues(new Uint8Array(1));
        if (number < 256 - (256 % SIGNS.length)) return SIGNS[number % SIGNS.length];
    }
};

for (const place of document.querySelectorAll("[data-password]")) {
    const field = document.getElementById(place.dataset.password);
    const copy = place.querySelector("[data-copy]");
    const isMark = () => /^\[kept \d+\]$/.test(field.value);
    place.hidden = false;
    copy.disabled = isMark();
    field.addEventListener("input", () => { copy.disabled = isMark(); });
    place.querySelector("[data-generate]").addEventListener("click", () => {
        field.value = [5, 5, 5, 5].map((length) => Array.from({ length }, draw).join("")).join("-");
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.select();
    });
}
