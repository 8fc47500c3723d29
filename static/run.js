// Comfort for reading many pairs: single keys that do what the links on the page do as well.
// They rest while someone types, and can be turned off; without this file nothing is missing.
const STORED = "single-keys";
const help = document.querySelector(".keys");
const switches = help?.querySelector(".keys-on");
const links = Array.from(document.querySelectorAll(".pair-link"));
const search = document.querySelector(".pair-filters input[type='search']");

function isOn() {
  return localStorage.getItem(STORED) !== "off";
}

function isTyping(target) {
  const types = ["checkbox", "submit", "button"];
  return (
    target.isContentEditable ||
    ["TEXTAREA", "SELECT"].includes(target.tagName) ||
    (target.tagName === "INPUT" && !types.includes(target.type))
  );
}

function present() {
  const row = document.activeElement.closest("tr");
  return links.findIndex((link) => link.closest("tr") === row);
}

function go(step) {
  const next = links[present() + step] ?? (present() < 0 ? links[0] : undefined);
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

function follow(selector) {
  document.querySelector(selector)?.click();
}

const keys = {
  j: () => (links.length ? go(1) : follow(".pair-after")),
  k: () => (links.length ? go(-1) : follow(".pair-before")),
  o: () => links[present()]?.click(),
  u: () => follow(".pair-back"),
  x: () => links[present()]?.closest("tr").querySelector("input[type='checkbox']")?.click(),
  "/": () => search?.focus(),
  "?": () => {
    help.open = !help.open;
    if (help.open) help.querySelector("summary").focus();
  },
};

document.addEventListener("keydown", (event) => {
  const isOther = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
  if (!help || isOther || !isOn() || isTyping(event.target) || !Object.hasOwn(keys, event.key)) return;
  event.preventDefault();
  keys[event.key]();
});

// A run under way has no pairs to walk through.
if (help) {
  help.hidden = false;
  switches.checked = isOn();
  switches.addEventListener("change", () => {
    localStorage.setItem(STORED, switches.checked ? "on" : "off");
  });
}
