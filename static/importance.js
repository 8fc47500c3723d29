// Beside each importance a slider that follows the number, and the number it.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("#criteria-group input[type=number]").forEach((number) => {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = number.min || "0";
    slider.max = number.max || "10";
    slider.value = number.value;
    slider.className = "importance-slider";
    slider.setAttribute("aria-label", number.getAttribute("aria-label"));
    slider.addEventListener("input", () => {
      number.value = slider.value;
    });
    number.addEventListener("input", () => {
      slider.value = number.value;
    });
    number.after(slider);
  });
});
