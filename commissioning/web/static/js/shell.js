// Starts GOV.UK's components and the small conveniences of the shell. Every page works without it.
import { initAll } from "../built/govuk-frontend.js";

// "/" puts the cursor into the page's search field, as long as nobody is typing elsewhere.
function searchOnSlash(event) {
  const busy = event.target.closest("input, textarea, select, [contenteditable]");
  const field = document.querySelector("input[type=search]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || busy || !field) return;
  field.closest("details")?.setAttribute("open", "");
  field.focus();
  event.preventDefault();
}

// The figures of every chart are printed, whether they were open or not.
function openFigures() {
  for (const details of document.querySelectorAll(".shell-chart__figures")) details.open = true;
}

initAll();
document.addEventListener("keydown", searchOnSlash);
window.addEventListener("beforeprint", openFigures);
document.documentElement.dataset.ready = "";
