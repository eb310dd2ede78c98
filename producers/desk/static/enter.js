// Takes the key out of the address (after #, which no server and no log ever sees) and puts it into the form.
const form = document.querySelector("form[data-enter]");
const key = decodeURIComponent(location.hash.slice(1));
if (form && key) {
  history.replaceState(null, "", location.pathname + location.search);
  form.elements.token.value = key;
  form.querySelector("button").focus();
}
