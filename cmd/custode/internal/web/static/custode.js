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

// Files for which there is no room are not sent first.
for (const told of document.querySelectorAll("[data-room]")) {
  const form = told.closest("form"), inputs = form.querySelectorAll("input[type=file]");
  form.addEventListener("submit", (e) => {
    let all = 0;
    for (const input of inputs) for (const file of input.files) all += file.size;
    told.hidden = all <= Number(told.dataset.room);
    if (!told.hidden) e.preventDefault();
  });
}

// A form is sent once, however often a button is clicked; another button of it is another wish, and who comes back
// may send it again.
addEventListener("submit", (e) => {
  if (e.defaultPrevented) return;
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

// A paper that was made in a window of its own: who comes back sees what is so since.
for (const f of document.querySelectorAll("[data-anew]")) {
  f.addEventListener("submit", (e) => { if (e.submitter?.formTarget) addEventListener("focus", () => location.reload(), { once: true }); });
}

// Who follows a link to what is folded finds it open.
function unfold() {
  for (let e = document.getElementById(location.hash.slice(1)); e; e = e.parentElement) if (e.tagName === "DETAILS" && !e.open) { e.open = true; e.scrollIntoView(); }
}
addEventListener("hashchange", unfold);
if (location.hash) unfold();
