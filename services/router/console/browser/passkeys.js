/**
 * Passkeys: the only thing in the console that needs a script. A form with `data-passkey="get"` or `"create"` names in
 * `data-options` where its options are; the browser's answer goes back in its field `credential`.
 */

const REFUSED =
  "The passkey was not used. Try again, or use another device; whoever runs Candour for you can give you a new link.";
const NONE = "This browser or device does not take passkeys here. Use another one, or your council’s own sign-in.";

/** @param {string} text unpadded base64url */
function bytesOf(text) {
  const whole = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(whole, (each) => each.charCodeAt(0));
}

/** @param {ArrayBuffer | null | undefined} buffer */
function textOf(buffer) {
  if (!buffer) return undefined;
  const whole = Array.from(new Uint8Array(buffer), (each) => String.fromCharCode(each)).join("");
  return btoa(whole).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: bytesOf(one.id) }));

async function created(options) {
  const user = { ...options.user, id: bytesOf(options.user.id) };
  const excludeCredentials = withBytes(options.excludeCredentials);
  const publicKey = { ...options, user, excludeCredentials, challenge: bytesOf(options.challenge) };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  const { clientDataJSON, attestationObject } = response;
  const transports = response.getTransports?.() ?? [];
  return {
    id,
    rawId: textOf(rawId),
    type,
    response: { clientDataJSON: textOf(clientDataJSON), attestationObject: textOf(attestationObject), transports },
  };
}

async function proved(options) {
  const allowCredentials = withBytes(options.allowCredentials);
  const publicKey = { ...options, allowCredentials, challenge: bytesOf(options.challenge) };
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey });
  return {
    id,
    rawId: textOf(rawId),
    type,
    response: {
      clientDataJSON: textOf(response.clientDataJSON),
      authenticatorData: textOf(response.authenticatorData),
      signature: textOf(response.signature),
      userHandle: textOf(response.userHandle),
    },
  };
}

/** @param {HTMLFormElement} form */
function begin(form) {
  const said = form.querySelector("[data-said]");
  const say = (text) => {
    said.textContent = text;
    said.hidden = !text;
  };
  const whole = form.querySelector("[data-needs-script]");
  const unaided = form.querySelector("[data-without-script]");
  if (unaided) unaided.hidden = true;
  if (!window.PublicKeyCredential) return say(NONE);
  if (whole) whole.hidden = false;
  let answered = false;
  form.addEventListener("submit", async (event) => {
    if (answered) return;
    event.preventDefault();
    say("");
    try {
      const asked = await fetch(form.dataset.options, { headers: { accept: "application/json" }, redirect: "error" });
      if (!asked.ok) throw new Error("no options");
      const options = await asked.json();
      const credential = await (form.dataset.passkey === "create" ? created(options) : proved(options));
      form.elements.credential.value = JSON.stringify(credential);
      answered = true;
      form.requestSubmit();
    } catch {
      say(REFUSED);
    }
  });
}

for (const form of document.querySelectorAll("form[data-passkey]")) begin(form);
