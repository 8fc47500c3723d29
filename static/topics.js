// Comfort for ranking topics: a topic chosen in one list is no longer offered in the others.
// Without this the form works as well; it then says so when one topic is chosen twice.
const lists = Array.from(document.querySelectorAll("select[name^='topic_']"));

function offerEachTopicOnce() {
  const chosen = lists.map((list) => list.value);
  lists.forEach((list, position) => {
    for (const option of list.options) {
      option.hidden = option.disabled =
        option.value !== "" && chosen.some((value, i) => i !== position && value === option.value);
    }
  });
}

lists.forEach((list) => list.addEventListener("change", offerEachTopicOnce));
offerEachTopicOnce();
