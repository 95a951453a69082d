"""What a page may end with other than itself. Each carries no text but our own. Shell."""


class Ending(Exception):
    """A page that cannot be given. status: HTTP's; the words are in `frame.PROBLEMS`."""

    status = 500


class NotHere(Ending):
    """There is no such page, or it is another partnership's: the answer is the same."""

    status = 404


class OutOfDate(Ending):
    """The form is not one of this session's: it was left open too long, or comes from elsewhere."""

    status = 403


class TooLarge(Ending):
    status = 413


class NotReadable(Ending):
    status = 400


class SignInFirst(Exception):
    """Nobody is signed in, or no longer. then: the page to come back to; again: who is signed in proves it anew."""

    def __init__(self, then: str, *, again: bool = False) -> None:
        super().__init__()
        self.then = then
        self.again = again
