"""Reading pages in tests: what a person sees, by role and name."""

from bs4 import BeautifulSoup


def read(response, status: int = 200) -> BeautifulSoup:
    assert response.status_code == status, response.content[:2000]
    # Where a line may break is no text.
    return BeautifulSoup(response.content.replace(b"<wbr>", b""), "html.parser")


def said(element) -> str:
    """Its text on one line."""
    return " ".join(element.get_text(" ").split())


def column(page, label: str) -> list[str]:
    """The cells of the list's column with this header."""
    table = page.select_one("table")
    headers = [said(each) for each in table.select("thead th")]
    place = headers.index(label)
    return [said(row.find_all(["th", "td"], recursive=False)[place]) for row in table.select("tbody tr")]


def region(page, name: str):
    """The section that is labelled with the name, by aria-label or by its heading."""
    for element in page.select("section, [role=region], nav, dialog"):
        label = element.get("aria-label")
        if not label and element.get("aria-labelledby"):
            label = said(page.find(id=element["aria-labelledby"]))
        if label == name:
            return element
    raise AssertionError(f"no region named {name}")


def under(page, heading: str):
    """What stands under a heading: the element that holds the two."""
    found = [each for each in page.find_all(["h2", "h3"]) if said(each).split(" ")[0] == heading]
    assert found, f"no heading {heading}"
    return found[0].parent


def names(page) -> list[str]:
    """Of a list, without the tags and the badges beside them."""
    return [said(row.select_one("a.name")) for row in page.select_one("table").select("tbody tr")]
