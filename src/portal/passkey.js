// Asks the browser for a passkey, and sends what it answers with the form of the page. Nothing else on any page needs a script.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const say = (name) => {
    for (const note of document.querySelectorAll("[data-note]")) note.hidden = note.dataset.note !== name;
  };
  const options = JSON.parse(form.dataset.options).publicKey;
  options.challenge = bytes(options.challenge);
  for (const list of [options.excludeCredentials, options.allowCredentials])
    for (const key of list || []) key.id = bytes(key.id);
  if (options.user) options.user.id = bytes(options.user.id);

  const answer = (credential) => {
    const { response } = credential;
    const parts = { clientDataJSON: text(response.clientDataJSON) };
    if (response.attestationObject) {
      parts.attestationObject = text(response.attestationObject);
      parts.transports = response.getTransports ? response.getTransports() : [];
    } else {
      parts.authenticatorData = text(response.authenticatorData);
      parts.signature = text(response.signature);
      parts.userHandle = response.userHandle ? text(response.userHandle) : null;
    }
    return JSON.stringify({
      id: credential.id, rawId: text(credential.rawId), type: credential.type, extensions: {}, response: parts,
    });
  };

  let asking = false;
  const ask = async () => {
    if (asking) return;
    if (!window.PublicKeyCredential) return say("unsupported");
    asking = true;
    say("waiting");
    try {
      const credential = form.dataset.passkey === "create"
        ? await navigator.credentials.create({ publicKey: options })
        : await navigator.credentials.get({ publicKey: options });
      form.elements.credential.value = answer(credential);
      form.submit();
    } catch {
      // Dismissed, timed out, or none is there: the browser tells no more than that.
      say("failed");
    } finally {
      asking = false;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  ask();
})();
