"""The table of whether each post's holder was asked about it. Shell."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from services.router.adapters.tables import METADATA

POST_ASKS = Table(
    "post_asks",
    METADATA,
    Column("post", String(200), primary_key=True),
    Column("partnership", String(64), nullable=False, index=True),
    Column("notice", String(64), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
)
