// The API reference: Swagger UI draws the description that the page holds, and follows our theme.

const root = document.documentElement;

function follow() {
  const asked = root.dataset.theme;
  const dark = asked ? asked === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.classList.toggle("dark-mode", dark);
}

follow();
new MutationObserver(follow).observe(root, { attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", follow);

globalThis.SwaggerUIBundle({
  spec: JSON.parse(document.getElementById("description").textContent),
  dom_id: "#reference",
  presets: [globalThis.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  validatorUrl: null,
});
