// Keeps what was typed into a form when its page is left without sending it. The form works without it.
const form = document.querySelector("form[data-keeps-draft]");

if (form) {
  let unsent = false;
  form.addEventListener("input", () => { unsent = true; });
  form.addEventListener("submit", () => { unsent = false; });
  window.addEventListener("pagehide", () => {
    if (!unsent) return;
    const typed = new URLSearchParams(new FormData(form));
    typed.set("step", "save");
    navigator.sendBeacon(form.action, typed);
    unsent = false;
  });
}
