"""`docs/operators/alerts.md`, and its Japanese twin, made from the code: a section for each finding that can become an
alert, with its cause, how to check it, and its cure.

python -m tools.alerts            write them
python -m tools.alerts --check    fail where one is stale
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SECRET_KEY", "only to read the words")
django.setup()

from django.utils import translation

from links.domain.findings import FINDING_KINDS, Code, Finding, Subject, Verdict
from links.texts.findings.evidence import evidence
from links.texts.pages import findings

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "operators"
INTRODUCTIONS = {
    "en": """# Every alert: cause, check, cure

Made by `make docs` from the code; do not edit. [日本語](alerts.ja.md)

An alert is about one incident: one root cause, with all the links that it affects. Mails, chats and pages show its title, which stands
below each code here; `list_incidents --json` and `holdfast_incidents_open{code}` show the code. What is said of the whole site (database,
Redis, clocks, keys) stands in [when something breaks](emergencies.md).

How long an incident lasts is decided by validations: it ends by itself when they find its links healthy again. *Validate now* on a link's
page, or `python manage.py validate_links ID`, asks at once.
""",
    "ja": """# すべてのアラート：原因、確認方法、対応方法

`make docs` でコードから作られています。編集しないでください。[English](alerts.md)

アラートは1つのインシデント、つまり1つの根本原因と、その影響を受けるすべてのリンクについてのお知らせです。メール、チャット、画面にはタイトルが表示され、このページではコードの下に
同じタイトルがあります。コードは `list_incidents --json` と `holdfast_incidents_open{code}` に表示されます。サイト全体の障害（データベース、Redis、時計、キー）については
[障害が起きたとき](emergencies.md)をご覧ください。

インシデントがいつ終わるかは確認の結果で決まります。リンクが正常に戻ったことが確認されると、自動的に解決済みになります。すぐに確認するには、リンクのページの「今すぐ確認」を押すか、
`python manage.py validate_links ID` を実行します。
""",
}
HEADINGS = {
    Subject.KEY: ("About a signing key", "署名キーについて"),
    Subject.BUCKET: ("About a bucket", "バケットについて"),
    Subject.HOST: ("About a store, or whatever signs for it", "ストレージ、または署名する側について"),
    Subject.OBJECT: ("About a file", "ファイルについて"),
    Subject.LINK: ("About one link", "1つのリンクについて"),
    Subject.SITE: ("About this site", "このサイトについて"),
}
# Where one looks depends on what has to be mended.
CHECKS = {
    Subject.KEY: (
        "Open the incident: it names the key and its buckets. In IAM, `aws iam list-access-keys --user-name USER` shows whether the key is there and active. *Test this bucket* on a bucket's page signs with it and reads one byte.",
        "インシデントを開くと、キーとそのバケットがわかります。IAMでは `aws iam list-access-keys --user-name USER` で、キーが存在し有効かどうかを確認できます。バケットのページの「バケットをテスト」は、そのキーで署名して1バイトを読み取ります。",
    ),
    Subject.BUCKET: (
        "Open the bucket and press *Test this bucket*: it signs anew, reads one byte, and shows what the store answered.",
        "バケットを開き、「バケットをテスト」を押します。新しく署名して1バイトを読み取り、ストレージの応答を表示します。",
    ),
    Subject.HOST: (
        "Ask the host from this server and from elsewhere, `curl -s -i -r 0-0 URL`, and look at the store's own status page. `python manage.py check_url --probe -` says what is made of the answer.",
        "このサーバーと別の場所の両方から `curl -s -i -r 0-0 URL` で問い合わせ、ストレージの稼働状況のページも確認します。`python manage.py check_url --probe -` は、応答の意味を示します。",
    ),
    Subject.OBJECT: (
        "`aws s3api head-object --bucket BUCKET --key KEY` shows whether the file is there, its ETag, storage class and expiry. The link's page shows what was seen when the link was made.",
        "`aws s3api head-object --bucket BUCKET --key KEY` で、ファイルの有無、ETag、ストレージクラス、有効期限を確認できます。リンクを作成したときの状態は、リンクのページにあります。",
    ),
    Subject.LINK: (
        "Press *Validate now* on the link's page. `python manage.py check_url --probe -` reads the URL and asks for one byte.",
        "リンクのページの「今すぐ確認」を押します。`python manage.py check_url --probe -` はURLを読み取り、1バイトを問い合わせます。",
    ),
    Subject.SITE: (
        "`python manage.py check --database default` names what is wrong; `/health` says whether anybody validates and delivers.",
        "`python manage.py check --database default` で問題点がわかります。`/health` は、確認と配信が行われているかどうかを答えます。",
    ),
}
LABELS = {
    "en": ("Cause.", "How it is known.", "Check.", "Cure."),
    "ja": ("原因。", "判定の根拠。", "確認方法。", "対応方法。"),
}
PAGES = {"en": FOLDER / "alerts.md", "ja": FOLDER / "alerts.ja.md"}


def main() -> int:
    if "--check" not in sys.argv:
        for language, path in PAGES.items():
            path.write_text(render(language), encoding="utf-8")
        return 0
    stale = [path for language, path in PAGES.items() if path.read_text(encoding="utf-8") != render(language)]
    sys.stderr.writelines(f"{path.relative_to(ROOT)} is stale: run `make docs`.\n" for path in stale)
    return bool(stale)


def render(language: str) -> str:
    """The page in `en` or `ja`: the findings by what has to be mended, in the order of the catalogue."""
    which = list(PAGES).index(language)
    with translation.override(language):
        parts = [INTRODUCTIONS[language]]
        for subject, headings in HEADINGS.items():
            parts.append(f"\n## {headings[which]}\n")
            parts += [
                _section(code, language, CHECKS[subject][which])
                for code, kind in FINDING_KINDS.items()
                if kind.subject is subject
            ]
    return "".join(parts)


def _section(code: Code, language: str, check: str) -> str:
    plain = Finding(code, Verdict.BROKEN)
    told = (findings.sentence(plain), evidence(code), check, findings.cure(plain))
    lines = [f"**{label}** {text}" for label, text in zip(LABELS[language], told, strict=True)]
    return f"\n### {code.value}\n\n*{findings.title(code)}*\n\n" + "\n\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
