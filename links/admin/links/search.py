"""The search above the list of links."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext

from links.admin.base.link_lookup import seen_links
from links.admin.base.pages import address, go_to, may_view, require, staff_user
from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.models import ShareLink
from links.queries import link_search
from links.services.links import sharing
from links.texts import refusals


def search_links(request: HttpRequest) -> HttpResponse:
    """On to the one link whose URL was entered, or to the list of those that the text finds. It is posted, because a
    pasted URL is a secret and an address bar keeps what it is given."""
    require(may_view(request, ShareLink))
    text = request.POST.get("q", "").replace("\0", "").strip()  # which nobody sees, and an address may not have
    term = link_search.read_term(text)
    link = link_search.find_by_url(term, seen_links(request))
    if link is not None:
        return go_to(ShareLink, "change", link.pk)
    if term.is_address:
        named = link_search.name_object(term, sharing.list_known_buckets(staff_user(request)))
        if not named:
            # Why it leads to none of the links that they see, in the words of the page that makes links.
            hidden = link_search.is_hidden(term, staff_user(request))
            why = refusals.explain(Refused(Reason.ADDRESS_UNSEEN)) if hidden else gettext("No link here has this URL.")
            messages.warning(request, why)
        text = named or link_search.name_host(text)
    kept = request.GET.copy()
    kept.pop("p", None)
    kept["q"] = text
    return HttpResponseRedirect(f"{address(ShareLink, 'changelist')}?{kept.urlencode()}")
