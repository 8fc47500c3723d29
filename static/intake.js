// Comfort for the intake; without it the form works as well and says what does not go together.

// Ranking: what is chosen in one list is no longer offered in the others.
for (const ranked of ["topic_", "format_"]) {
  const lists = Array.from(document.querySelectorAll(`select[name^='${ranked}']`));
  const offerEachOnce = () => {
    const chosen = lists.map((list) => list.value);
    lists.forEach((list, position) => {
      for (const option of list.options) {
        const isTaken =
          option.value !== "" && chosen.some((value, i) => i !== position && value === option.value);
        // Writing what is there already would lay out the form anew.
        if (option.disabled !== isTaken) option.hidden = option.disabled = isTaken;
      }
    });
  };
  lists.forEach((list) => list.addEventListener("change", offerEachOnce));
  offerEachOnce();
}

// A number beside a tick goes with the tick.
for (const row of document.querySelectorAll(".choice-with-number")) {
  const [tick, number] = row.querySelectorAll("input");
  tick.addEventListener("change", () => {
    if (!tick.checked) number.value = "";
  });
}

// The time zone of this device, unless somebody has chosen another one.
const zones = document.querySelector("select[data-own-zone]");
if (zones?.selectedOptions[0]?.defaultSelected) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (Array.from(zones.options).some((zone) => zone.value === own)) zones.value = own;
}
