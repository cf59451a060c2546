/* Short notices at the foot of the page; the server writes the same markup for its messages. */

const STAY = 6000;

export function start() {
  document.querySelectorAll("[data-toast]").forEach(arm);
  document.addEventListener("click", (event) => {
    const toast = event.target.closest?.("[data-toast-close]")?.closest("[data-toast]");
    if (toast) toast.remove();
  });
}

export function toast(words) {
  const box = document.createElement("div");
  box.className = "toast";
  box.dataset.toast = "";
  const text = document.createElement("span");
  text.textContent = words;
  box.append(text);
  document.getElementById("toasts")?.append(box);
  arm(box);
}

/** Good news leaves by itself; bad news stays until it is closed. */
function arm(box) {
  if (box.matches(".toast--error, .toast--warning")) return;
  setTimeout(() => box.classList.add("is-leaving"), STAY);
  setTimeout(() => box.remove(), STAY + 300);
}
