/* The box in the head of a list ticks all rows of the page; it follows when they are ticked one by one. */

const rows = () => [...document.querySelectorAll(".table tbody input[name='pk']")];

export function start() {
  const all = document.querySelector("[data-select-all]");
  if (!all) return;
  all.hidden = false;
  all.addEventListener("change", () => {
    for (const box of rows()) box.checked = all.checked;
  });
  document.addEventListener("change", ({ target }) => {
    if (target.name !== "pk") return;
    const ticked = rows().filter((box) => box.checked).length;
    all.checked = ticked === rows().length;
    all.indeterminate = ticked > 0 && !all.checked;
  });
}
