// What the page does better with scripts; without them it does all the same.
"use strict";

// A work that goes on: how far it is, and its page anew when it has ended.
for (const box of document.querySelectorAll("[data-work]")) {
  const bar = box.querySelector("progress"), note = box.querySelector("[data-note]");
  const events = new EventSource("/work/" + box.dataset.work + "/events");
  events.onmessage = (e) => {
    const told = JSON.parse(e.data);
    if (told.percent >= 0) bar.value = told.percent;
    if (note.textContent !== told.note) note.textContent = told.note;
    if (told.ended) { events.close(); location.reload(); }
  };
}

// A form is sent once, however often a button is clicked; another button of it is another wish, and who comes back
// may send it again.
addEventListener("submit", (e) => {
  const form = e.target, by = e.submitter ? e.submitter.name + "=" + e.submitter.value : "=";
  if (form.dataset.sent === by) { e.preventDefault(); return; }
  form.dataset.sent = by;
  setTimeout(() => { delete form.dataset.sent; }, 3000);
});
addEventListener("pageshow", () => { for (const f of document.forms) delete f.dataset.sent; });

// Where something went wrong, the keyboard goes there first.
document.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });

// Print with a button.
for (const b of document.querySelectorAll("[data-print]")) { b.hidden = false; b.addEventListener("click", () => print()); }

// Where something was told, Enter goes on.
for (const told of document.querySelectorAll("[data-enter]")) {
  told.addEventListener("keydown", (e) => { if (e.key === "Enter" && e.target === told && !e.repeat) document.getElementById(told.dataset.enter).requestSubmit(); });
}
