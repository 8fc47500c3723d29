// Beside the form of a spotlight: the public page as the form has it, following what is written.
// Without this script the button opens the same page in a new tab.
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("button[data-live-preview]");
  if (!button) {
    return;
  }
  const form = button.form;
  const pause = 700;
  let frames = [];
  let timer = null;
  let isLive = false;
  let isSending = false;

  const toggle = document.createElement("button");
  toggle.type = "button";
  toggle.className = "button preview-toggle";
  toggle.setAttribute("aria-pressed", "false");
  toggle.textContent = "Preview beside the form";
  button.after(toggle);

  const aside = document.createElement("aside");
  aside.className = "live-preview";
  aside.hidden = true;
  aside.setAttribute("aria-label", "Live preview");
  form.after(aside);

  // Two frames take turns, so that the page at hand stays until the next one is there.
  const newFrame = (number) => {
    const frame = document.createElement("iframe");
    frame.name = `live-preview-${number}`;
    frame.title = "Live preview";
    frame.setAttribute("sandbox", "allow-same-origin");
    frame.hidden = true;
    frame.addEventListener("load", () => show(frame));
    aside.append(frame);
    return frame;
  };

  const show = (frame) => {
    if (!isSending || frame.name !== button.getAttribute("data-target")) {
      return;
    }
    isSending = false;
    const before = frames.find((one) => !one.hidden);
    const top = before?.contentWindow?.scrollY ?? 0;
    frame.hidden = false;
    frame.contentWindow?.scrollTo(0, top);
    if (before && before !== frame) {
      before.hidden = true;
    }
  };

  const refresh = () => {
    if (!isLive) {
      return;
    }
    const next = frames.find((one) => one.hidden) ?? frames[0];
    isSending = true;
    button.setAttribute("data-target", next.name);
    button.setAttribute("formtarget", next.name);
    form.requestSubmit(button);
    button.setAttribute("formtarget", "_blank");
  };

  // A picture is not sent again at every key.
  form.addEventListener("formdata", (event) => {
    if (isSending) {
      form.querySelectorAll("input[type=file]").forEach((input) => {
        event.formData.delete(input.name);
        if (input.files.length > 0) {
          event.formData.append("_portrait_chosen", "yes");
        }
      });
    }
  });

  const later = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(refresh, pause);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);

  toggle.addEventListener("click", () => {
    isLive = !isLive;
    toggle.setAttribute("aria-pressed", String(isLive));
    aside.hidden = !isLive;
    document.body.classList.toggle("has-live-preview", isLive);
    if (isLive && frames.length === 0) {
      frames = [newFrame(1), newFrame(2)];
    }
    refresh();
  });
});
