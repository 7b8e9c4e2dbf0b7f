// Tells how far something is that the server works on, and draws the page anew when a step is done. The page works
// without it: it then asks again by itself.
for (const line of document.querySelectorAll("[data-progress]")) {
  const source = new EventSource(line.dataset.progress);
  let seen;
  source.addEventListener("message", (event) => {
    const { done, of, finished } = JSON.parse(event.data);
    line.textContent = line.dataset.words.replace("{done}", done).replace("{of}", of);
    if (finished || (seen !== undefined && seen !== done)) {
      source.close();
      location.reload();
    }
    seen = done;
  });
}
