"""Wheel, sdist and list of dependencies of this commit, byte for byte the same however often they are built.

python -m tools.release      build them into dist/

What is built is what git has: a tree with changes of its own is refused. Every date in the files is the commit's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

from cyclonedx.contrib.hash.factories import HashTypeFactory
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.dependency import Dependency
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL
from packaging.requirements import Requirement

from links import __version__

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
WHAT = f"holdfast {__version__}"


def main() -> int:
    if _ask_git("status", "--porcelain"):
        sys.stderr.write("A release is made of a commit. Commit what has changed, or put it aside, first.\n")
        return 1
    shutil.rmtree(DIST, ignore_errors=True)  # what lies there is of another commit
    for built in build(ROOT, DIST, int(_ask_git("log", "-1", "--format=%ct"))):
        sys.stdout.write(f"{built.relative_to(ROOT)}  {built.stat().st_size:,} bytes\n")
    return 0


def build(tree: Path, folder: Path, made_at: int) -> list[Path]:
    """Builds all three of this tree into the folder, with `made_at` (seconds since 1970) for their date."""
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--sdist", "--outdir", str(folder), str(tree)],
        env={**os.environ, "SOURCE_DATE_EPOCH": str(made_at)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    lock = (tree / "requirements.txt").read_text(encoding="utf-8")
    listed = folder / f"holdfast-{__version__}.cdx.json"
    listed.write_text(list_dependencies(lock, datetime.fromtimestamp(made_at, UTC)), encoding="utf-8")
    return sorted(folder.iterdir())


def list_dependencies(lock: str, made_at: datetime) -> str:
    """A CycloneDX document (1.6, JSON) of what the lock file pins, with the hashes of its files."""
    product = Component(name="holdfast", version=__version__, type=ComponentType.APPLICATION, bom_ref="holdfast")
    parts = list(_read_components(lock))
    document = Bom(
        serial_number=uuid5(NAMESPACE_OID, WHAT + lock),
        metadata=BomMetaData(component=product, timestamp=made_at),
        components=parts,
        dependencies=[
            Dependency(product.bom_ref, [Dependency(part.bom_ref) for part in parts]),
            *(Dependency(part.bom_ref) for part in parts),
        ],
    )
    return make_outputter(document, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2) + "\n"


def _read_components(lock: str) -> Iterator[Component]:
    """A lock file's requirement goes over several lines, each but the last ending in a backslash."""
    read_hash = HashTypeFactory().from_composite_str
    for line in lock.replace("\\\n", " ").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pinned, *hashes = line.split("--hash=")
        requirement = Requirement(pinned.strip())
        version = str(requirement.specifier).removeprefix("==")
        purl = PackageURL("pypi", name=requirement.name, version=version)
        yield Component(
            name=requirement.name,
            version=version,
            purl=purl,
            bom_ref=str(purl),
            hashes=[read_hash(each.strip()) for each in hashes],
        )


def _ask_git(*arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=True)  # noqa: S603, S607
    return done.stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main())
