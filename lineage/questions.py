"""Several questions to the database in one statement: waits for answers cost a small group more than its rows."""

from collections.abc import Iterable

from .cursors import prepared

# What each question may select, in this order: so they fit together. A hash comes as 32 hex digits.
COLUMNS = {"number": "bigint", "hash": "text", "text": "text", "one": "bigint", "two": "bigint"}


class Questions:
    """Collects questions, and asks them all when the first answer is read.

    `expected` are the answers that change nothing, as (the question's number, *COLUMNS): `lineage/sure.py` lets the
    database compare them, and nobody waits for the answers.
    """

    def __init__(self):
        self.asked: list[str] = []
        self.parameters: list = []
        self.expected: list[tuple] = []
        self.answers: list[list[tuple]] | None = None

    def ask(self, source: str, *parameters: object, expected: Iterable[tuple] = (), **columns: str) -> "Question":
        """`source` is what follows FROM, `columns` are expressions for some of COLUMNS."""
        chosen = [f"CAST({columns.get(name, 'NULL')} AS {type})" for name, type in COLUMNS.items()]
        self.asked.append(f"SELECT {len(self.asked)}, {', '.join(chosen)} FROM {source}")
        self.parameters += parameters
        self.expected += [(len(self.asked) - 1, *row) for row in expected]
        return Question(self, len(self.asked) - 1)

    @property
    def sql(self) -> str:
        return " UNION ALL ".join(self.asked)

    def read(self, number: int) -> list[tuple]:
        if self.answers is None:
            self.answers = [[] for _ in self.asked]
            with prepared(long=True) as cursor:
                cursor.execute(self.sql, self.parameters)
                for asked, id, hash, *rest in cursor.fetchall():
                    self.answers[asked].append((id, hash and hash.replace("-", ""), *rest))
        return self.answers[number]


class Question:
    """`rows` are tuples in the order of COLUMNS."""

    def __init__(self, questions: Questions, number: int):
        self.questions, self.number = questions, number

    def rows(self) -> list[tuple]:
        return self.questions.read(self.number)
