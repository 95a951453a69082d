"""Mail that comes back to our From address, as mail systems and people write it. Pure."""

import base64
import quopri

DOMAIN = "escalate.example"
SAYS = "Words that a person wrote and that must stay where they are."


def _mail(*lines: str) -> bytes:
    return "\r\n".join(lines).encode()


def reply(letter: str, *, subject: str = "Re: Escalation") -> bytes:
    """A person's reply; letter: "" where their mail program kept no thread."""
    thread = [f"In-Reply-To: <{letter}@{DOMAIN}>", f"References: <{letter}@{DOMAIN}>"] if letter else []
    return _mail("From: Somebody <somebody@council.example>", f"Subject: {subject}", *thread, "", SAYS)


def absence(letter: str) -> bytes:
    """An automatic note (RFC 3834)."""
    return _mail(
        "From: somebody@council.example",
        "Auto-Submitted: auto-replied",
        f"In-Reply-To: <{letter}@{DOMAIN}>",
        "",
        "Away.",
    )


def bounce(letter: str, *, headers_only: bool = False) -> bytes:
    """A delivery report that the mail failed (RFC 3464)."""
    return _report(letter, action="failed", headers_only=headers_only)


def global_bounce(letter: str, *, kind: str = "message/global", encoding: str = "8bit") -> bytes:
    """A delivery report on internationalised mail that failed (RFC 6533); encoding: of its two machine-read parts."""
    failed = ("Reporting-MTA: dns; mail.council.example", "", "Final-Recipient: utf-8; zoë@council.example")
    inside = (
        _mail(*failed, "Action: failed", "Status: 5.1.1"),
        _mail("Subject: Escalation – zoë", f"Message-ID: <{letter}@{DOMAIN}>", "", ""),
    )
    lines = ['Content-Type: multipart/report; report-type=global-delivery-status; boundary="b"', ""]
    for name, body in zip(("message/global-delivery-status", kind), inside, strict=True):
        text = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(body)
        lines += ["--b", f"Content-Type: {name}", f"Content-Transfer-Encoding: {encoding}", "", text.decode()]
    return _mail("From: MAILER-DAEMON@council.example", "MIME-Version: 1.0", *lines, "--b--", "")


def delay(letter: str) -> bytes:
    return _report(letter, action="delayed", headers_only=False)


def parts_within_parts(depth: int, *, kind: str) -> bytes:
    """As no mail program writes it, but anybody may send it."""
    return "".join(f"Content-Type: multipart/{kind}; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(depth)).encode()


def _report(letter: str, *, action: str, headers_only: bool) -> bytes:
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return _mail(
        "From: MAILER-DAEMON@council.example",
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "It could not be delivered.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.council.example",
        "",
        "Final-Recipient: rfc822; somebody@council.example",
        f"Action: {action}",
        "Status: 5.1.1",
        "--b",
        f"Content-Type: {kind}",
        "",
        "Subject: Escalation",
        f"Message-ID: <{letter}@{DOMAIN}>",
        "",
        "",
        "--b--",
        "",
    )
