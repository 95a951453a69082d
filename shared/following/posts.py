"""What the holder of a post asks router on the page "Is this still right?", and what they are answered. Pure.

A post is named by its id, and by `seen`: a digest of the row as the page showed it. Another row now is refused as
`changed`, so that nobody confirms what they were not shown.
"""

from datetime import date

from shared.following.answered import ChoiceSeen
from shared.private import Private


class SendPostCode(Private, frozen=True, kw_only=True, tag="post.code"):
    """Mail an eight-character code, if this address holds a post. The answer does not say."""

    address: str


class OpenPosts(Private, frozen=True, kw_only=True, tag="post.sign-in"):
    """The code that arrived."""

    code: str


class SeePosts(Private, frozen=True, kw_only=True, tag="posts"):
    """The posts of whoever is signed in."""


class PostIsRight(Private, frozen=True, kw_only=True, tag="post.right"):
    """All that was shown of the post is still right."""

    post: str
    seen: str


class PostChanged(Private, frozen=True, kw_only=True, tag="post.changed"):
    """What is different, for the partnership's admin to look at. stays: who asks still holds the post.

    name, address, phone: of whoever holds it now, "" where not known. why: at most 200 characters.
    """

    post: str
    seen: str
    stays: bool
    name: str = ""
    address: str = ""
    phone: str = ""
    why: str = ""


class PostAway(Private, frozen=True, kw_only=True, tag="post.away"):
    """Away from `first` until and including `last`. deputy: a code of `PostsSeen.deputies`, "" for the post's own."""

    post: str
    seen: str
    first: date
    last: date
    deputy: str = ""


class PostBack(Private, frozen=True, kw_only=True, tag="post.back"):
    """Not away after all: the absence that begins on `first` is taken out."""

    post: str
    seen: str
    first: date


class AwaySeen(Private, frozen=True, kw_only=True):
    """An absence that is not over. first: goes back in `PostBack`."""

    first: date
    words: str


class PostSeen(Private, frozen=True, kw_only=True):
    """One post of whoever is signed in. shared: a mailbox that stands for its holders.

    confirmed_words: when it was last confirmed, "" for never. asked: an answer is waited for. waits: what they said
    has changed waits for an admin. deputies: codes of those who may stand in; deputy: in words, who does otherwise.
    """

    post: str
    seen: str
    title: str
    agency: str
    name: str
    address: str
    phone: str
    shared: bool = False
    confirmed_words: str = ""
    asked: bool = False
    waits: bool = False
    deputy: str = ""
    deputies: tuple[str, ...] = ()
    away: tuple[AwaySeen, ...] = ()


class PostsSeen(Private, frozen=True, kw_only=True, tag="posts-seen"):
    """needs_name: a shared mailbox that has not said who it is. deputies: everybody whom a post may name."""

    posts: tuple[PostSeen, ...]
    deputies: tuple[ChoiceSeen, ...] = ()
    needs_name: bool = False


PostQuestion = SendPostCode | OpenPosts | SeePosts | PostIsRight | PostChanged | PostAway | PostBack
