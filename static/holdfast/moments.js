// Shows moments in the reader's own zone and language; without it they stand in the server's zone, which is named.
"use strict";
const page = document.documentElement.lang;
const language = navigator.languages.find((known) => known.split("-")[0] === page.split("-")[0]) || page;
for (const time of document.querySelectorAll("time[datetime]")) {
    const format = new Intl.DateTimeFormat(language, {
        year: "numeric", month: "long", day: "numeric", hour: "numeric", minute: "2-digit", timeZoneName: "short",
    });
    const parts = format.formatToParts(new Date(time.dateTime));
    const zone = parts.findIndex((part) => part.type === "timeZoneName");
    // In Japanese a zone stands in brackets, and Japan's own has a name.
    if (language.startsWith("ja") && zone > 0) {
        const name = parts[zone].value === "JST" ? "日本時間" : parts[zone].value;
        time.textContent = `${parts.slice(0, zone).map((part) => part.value).join("").trim()}（${name}）`;
    } else time.textContent = parts.map((part) => part.value).join("");
}
