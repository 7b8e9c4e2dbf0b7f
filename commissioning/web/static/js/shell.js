// Starts GOV.UK's components and the small conveniences of the shell. Every page works without it.
import { initAll } from "../built/govuk-frontend.js";

const KEY_IS_OFF = "search-key-is-off";

// "/" puts the cursor into the search box, as long as nobody is typing elsewhere and the key is not switched off.
function searchOnSlash(event) {
  const busy = event.target.closest("input, textarea, select, [contenteditable]");
  const field = document.querySelector("input[type=search]");
  if (localStorage.getItem(KEY_IS_OFF)) return;
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || busy || !field) return;
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  event.preventDefault();
}

// A key of one character can be switched off, for those who speak to their computer.
function offerKeySwitch(line) {
  const draw = () => {
    const state = localStorage.getItem(KEY_IS_OFF) ? "off" : "on";
    line.querySelector("[data-key-words]").textContent = line.dataset[state];
    const button = line.querySelector("[data-key-button]");
    button.textContent = button.dataset[state];
  };
  line.querySelector("[data-key-button]").addEventListener("click", () => {
    if (localStorage.getItem(KEY_IS_OFF)) localStorage.removeItem(KEY_IS_OFF);
    else localStorage.setItem(KEY_IS_OFF, "yes");
    draw();
  });
  draw();
  line.hidden = false;
}

// The figures of every chart are printed, whether they were open or not.
function openFigures() {
  for (const details of document.querySelectorAll(".shell-chart__figures")) details.open = true;
}

initAll();
document.querySelectorAll("[data-key-switch]").forEach(offerKeySwitch);
document.addEventListener("keydown", searchOnSlash);
window.addEventListener("beforeprint", openFigures);
document.documentElement.dataset.ready = "";
