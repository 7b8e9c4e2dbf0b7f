// Long work tells how far it has come; when it is over the page is asked for again. Without scripts there is a link.
const line = document.querySelector("[data-stages]");
const bar = document.querySelector("progress");
const telling = new EventSource(line.dataset.stages);

telling.addEventListener("message", (event) => {
  const told = JSON.parse(event.data);
  line.textContent = line.dataset.words.replace("{stage}", told.stage);
  bar.max = told.total;
  bar.value = told.done;
});
telling.addEventListener("over", () => {
  telling.close();
  window.location.reload();
});
// Where the work was over before we asked, nobody tells any more: the page itself knows what came of it.
telling.addEventListener("error", () => {
  if (telling.readyState === EventSource.CLOSED) {
    window.setTimeout(() => window.location.reload(), 1000);
  }
});
