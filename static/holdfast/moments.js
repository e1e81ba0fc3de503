// Shows moments in the reader's own zone and language; without it they stand in the server's zone, which is named.
"use strict";
const page = document.documentElement.lang;
const language = navigator.languages.find((known) => known.split("-")[0] === page.split("-")[0]) || page;
for (const time of document.querySelectorAll("time[datetime]")) {
    const format = new Intl.DateTimeFormat(language, {
        year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
    });
    time.textContent = format.format(new Date(time.dateTime));
}
