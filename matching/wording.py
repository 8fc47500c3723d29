"""How costs to the whole, and changes that would help, are said to a committee."""

from __future__ import annotations

from matching.engine.criteria import CRITERIA
from matching.engine.relief import Relief
from matching.engine.scoring import REQUIRED
from matching.engine.sentences import counted, enumerated
from matching.engine.tiers import Tier

# What would have to be otherwise for a rule to give way, said after "if".
REMEDIES = {
    "same_employer": "the program allows people of one employer",
    "conflict": "the conflict or the rejection is taken back",
    "earlier_partner": "the two ask for each other again",
    "not_admitted": "the conditions of the program are met or waived",
    "career_order": "the mentor need not be ahead in career",
    "no_common_format": "one of the two accepts another format",
    "no_way_to_meet": "one of the two can meet in another way",
    "no_common_language": "they find a language in common",
} | {REQUIRED + one.key: f"{one.label.lower()} is no longer required" for one in CRITERIA}


def relief_sentence(relief: Relief) -> str:
    """The smallest change that would give somebody a mentor, for the committee."""
    changes = enumerated([REMEDIES[key] for key in relief.rules])
    mentors = counted(len(relief.mentors), "mentor", "mentors")
    free = (
        "none of them has a place left"
        if relief.n_free == 0
        else f"{counted(relief.n_free, 'has', 'have')} a place left"
    )
    return f"If {changes}, {mentors} could be asked; {free}."


def cost_sentence(losses: dict[Tier, int], *, has_groups: bool = False) -> str:
    """What a choice would cost the whole, the most important first.

    With groups, the price is that of the same groups meeting.
    """
    said = [_said(tier, loss) for tier, loss in losses.items() if loss]
    if not said:
        return "Costs the whole nothing: another solution is just as good, up to the lottery."
    text = "; ".join(said)
    supposed = ", if the same groups meet" if has_groups else ""
    return f"{text[0].upper()}{text[1:]}{supposed}."


def _said(tier: Tier, loss: int) -> str:
    more, fewer = ("more", "fewer") if loss > 0 else ("fewer", "more")
    n = abs(loss)
    match tier:
        case Tier.SERVED:
            return f"{counted(n, 'mentee', 'mentees')} {fewer} would have a mentor"
        case Tier.PRIORITY:
            order = "behind" if loss > 0 else "before"
            return f"people with priority would come {order} others when places are short"
        case Tier.DRAW:
            order = "earlier" if loss > 0 else "later"
            return f"somebody drawn {order} would wait"
        case Tier.LIKING:
            return f"people would be {counted(n, 'step', 'steps')} {more} from the format they like"
        case Tier.SHORTFALL:
            return f"the squared shortfall would be {n:,} {'larger' if loss > 0 else 'smaller'}"
        case Tier.TOTAL:
            verb = "lose" if loss > 0 else "gain"
            return f"the whole would {verb} {counted(n, 'point', 'points')}"
        case Tier.SPREAD:
            return f"{more} mentees would share a mentor"
        case Tier.KEEP:
            return f"{counted(n, 'last proposal', 'last proposals')} {fewer} would be kept"
        case _:
            raise ValueError(f"{tier} has no price for a single pair")
