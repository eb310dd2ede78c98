// Makes the fingerprint of a signed form on this device: the file is read here and sent nowhere.

for (const input of document.querySelectorAll("input[data-hash]")) {
  if (!crypto.subtle || input.disabled) continue;
  const label = document.createElement("label");
  label.className = "hash-from";
  const words = document.createElement("span");
  words.className = "small";
  words.textContent = input.dataset.hash;
  const file = document.createElement("input"); // without a name: a form sends nothing of it
  file.type = "file";
  file.className = "field file";
  label.append(words, file);
  input.after(label);
  file.addEventListener("change", async () => {
    const chosen = file.files[0];
    if (!chosen) return;
    const digest = await crypto.subtle.digest("SHA-256", await chosen.arrayBuffer());
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    input.value = `sha256:${hex}`;
  });
}
