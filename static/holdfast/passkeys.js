// Makes a passkey, or proves one, and sends what the browser answered with the form around the button. The button is
// hidden where there is no script, or the browser knows no passkeys.
"use strict";

const decode = (text) => {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
};
const encode = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const read = (button) => {
    const options = JSON.parse(button.dataset.options);
    options.challenge = decode(options.challenge);
    if (options.user) options.user.id = decode(options.user.id);
    for (const list of ["allowCredentials", "excludeCredentials"]) {
        options[list] = (options[list] || []).map((known) => ({ ...known, id: decode(known.id) }));
    }
    return options;
};

const write = (credential) => {
    const { response } = credential;
    const names = ["clientDataJSON", "attestationObject", "authenticatorData", "signature"];
    const given = names.filter((name) => response[name]).map((name) => [name, encode(response[name])]);
    return JSON.stringify({
        id: credential.id,
        rawId: encode(credential.rawId),
        type: credential.type,
        response: Object.fromEntries(given),
        clientExtensionResults: {},
    });
};

for (const button of document.querySelectorAll("[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    const { form } = button;
    const failed = form.querySelector("[data-passkey-failed]");
    button.hidden = false;
    const start = async () => {
        failed.hidden = true;
        try {
            const credential = await navigator.credentials[button.dataset.passkey]({ publicKey: read(button) });
            form.elements.answer.value = write(credential);
        } catch {
            failed.hidden = false;
            return;
        }
        form.submit();
    };
    button.addEventListener("click", start);
    // Enter, in the name's field, where there is no other button.
    form.addEventListener("submit", (event) => {
        if (form.querySelector("[type=submit]")) return;
        event.preventDefault();
        start();
    });
}
