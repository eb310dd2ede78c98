// Passkeys (WebAuthn): makes one after an invitation, signs in with one, and has one sign what is approved.
// It puts text into the page as text alone, and asks nothing before somebody presses.
const raw = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const listed = (keys) => keys.map((key) => ({ ...key, id: raw(key.id) }));

async function asked(path, body) {
  const init = body ? { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", Accept: "application/json" } } : { headers: { Accept: "application/json" } };
  const answer = await fetch(path, { ...init, cache: "no-store", redirect: "error" });
  const found = await answer.json();
  if (!answer.ok) throw Object.assign(new Error("refused"), { said: found.detail });
  return found;
}

async function answered(options) {
  const publicKey = { rpId: options.rpId, challenge: raw(options.challenge), timeout: options.timeout, allowCredentials: listed(options.allowCredentials), userVerification: options.userVerification };
  const { id, type, response } = await navigator.credentials.get({ publicKey });
  return { id, rawId: id, type, response: { clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData), signature: text(response.signature) } };
}

async function made(options) {
  const publicKey = { ...options, challenge: raw(options.challenge), user: { ...options.user, id: raw(options.user.id) }, excludeCredentials: listed(options.excludeCredentials) };
  const { id, type, response } = await navigator.credentials.create({ publicKey });
  const transports = response.getTransports ? response.getTransports() : [];
  return { id, rawId: id, type, response: { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject), transports } };
}

// Says in words what went wrong, where the page has a place for it; a person who changed their mind is no error.
async function tried(root, act) {
  const place = root.querySelector("[data-passkey-said]");
  place.hidden = true;
  try {
    await act();
  } catch (error) {
    place.textContent = error.said ?? (error instanceof DOMException ? place.dataset.cancelled : place.dataset.failed);
    place.hidden = false;
  }
}

const has = "PublicKeyCredential" in window;
for (const e of document.querySelectorAll("[data-no-passkeys]")) e.hidden = has;

const enter = document.querySelector("[data-sign-in]");
if (enter && has) {
  enter.hidden = false;
  enter.addEventListener("click", () => tried(document, async () => {
    const credential = await answered(await asked("/desk/sign-in/passkey"));
    location.assign((await asked("/desk/sign-in/passkey", { credential, next: enter.dataset.next })).to);
  }));
}

const join = document.querySelector("[data-join]");
if (join && has) {
  const panel = document.querySelector("[data-joining]");
  let code = new URLSearchParams(location.hash.slice(1)).get("code") ?? "";
  history.replaceState(null, "", location.pathname); // the code stands in no history
  const look = () => tried(document, async () => {
    const found = await asked("/desk/join/options", { code });
    panel.querySelector("[data-name]").textContent = found.name;
    panel.querySelector("[data-role]").textContent = found.role;
    panel.querySelector("[data-events]").textContent = found.events.join(", ");
    join.hidden = true;
    panel.hidden = false;
    panel.querySelector("[data-make]").focus();
  });
  join.hidden = false;
  join.addEventListener("submit", (event) => { event.preventDefault(); code = join.elements.code.value; look(); });
  panel.querySelector("[data-make]").addEventListener("click", () => tried(document, async () => {
    const { options } = await asked("/desk/join/options", { code });
    location.assign((await asked("/desk/join", { code, credential: await made(options) })).to);
  }));
  if (code) look();
}

// A button with data-passkey: what it sends has to be signed first. The form goes on by itself with what was signed.
document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  if (!button?.dataset.passkey || form.dataset.signed === button.dataset.passkey) return;
  event.preventDefault();
  if (form.dataset.signing) return;
  form.dataset.signing = "yes";
  tried(form, async () => {
    const options = await asked(button.dataset.passkey);
    const credential = await answered(options);
    form.querySelector("[data-assertion]").value = JSON.stringify({ asked_at: options.asked_at, mark: options.mark, credential });
    form.dataset.signed = button.dataset.passkey;
    form.requestSubmit(button);
  }).finally(() => { delete form.dataset.signing; });
});
addEventListener("pageshow", () => { for (const form of document.querySelectorAll("form[data-signed]")) delete form.dataset.signed; });
