"""Texts that are hard to read: each a beginning, a piece that is repeated until the text is long enough, and an end.

A reader goes astray on the repeated piece, and finds at the end that all of it was in vain.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    beginning: str
    piece: str
    end: str = ""

    def write(self, length: int) -> str:
        times = max(length - len(self.beginning) - len(self.end), 0) // len(self.piece)
        return self.beginning + self.piece * times + self.end

    def __str__(self) -> str:
        return ascii(f"{self.beginning}{{{self.piece}}}{self.end}")


_SIGNED = "https://b.s3.amazonaws.com/k?X-Amz-Signature=" + "0" * 64

SHAPES = tuple(
    Shape(*texts)
    for texts in (
        # one letter, one blank, one mark
        ("", "a"),
        ("", " ", "x"),
        ("x", " ", "x"),
        ("", "\t", ";"),
        ("", "\n", "x"),
        ("", "\r\n", "x"),
        ("", "0"),
        ("1", "-", "x"),
        ("", "*", "x"),
        ("", "?"),
        ("", "&"),
        ("", "="),
        ("", "/"),
        ("", ":"),
        ("", "."),
        ("", "%"),
        ("", "\\"),
        ("", "<"),
        ("", '"', "x"),
        ("", "\0"),
        # words, with and without something between them
        ("", "a "),
        ("", "a."),
        ("", "a-", "!"),
        ("", "a/"),
        ("", "a:"),
        ("", "a=b&"),
        ("", "?a="),
        ("?", "a=?"),
        ("", "1 "),
        ("", "1d "),
        ("", ",2026-01-01 ", "?"),
        ("https://a/b?c=d", " 2026-1-1x", "\n"),
        ("https://a/b?c=d", " ,\t", "x"),
        ("", "token "),
        ("", "expired token ", "x"),
        ("", "access key "),
        ("", "signature: "),
        ("", "does not exist account "),
        # addresses, and what stands around them
        ("", "https://"),
        ("", "a://a@"),
        ("", "aa.bb/,", "?x-amz-"),
        ("", "aa.bb/?,", "x-amz"),
        ("https://a/", "b ", "?x-amz-signature=0"),
        ("https://a/?a=", "b ", "&c=d"),
        ("https://a/?a=", "b c=d&", " "),
        ("https://a/", "b\n"),
        ("https://a/?a=b", "\n&c=d"),
        ("https://a/?a=b\n", "> aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "x"),
        ("<https://a/\n", "a b ", "x"),
        ("<https://a/\n", " >\n", "x"),
        ("(https://a/", ")"),
        ("https://a/", ".)"),
        ("https://a/b?signature=", "?signature="),
        (_SIGNED, ". a", "&b=c"),
        (_SIGNED, "&a=b"),
        ("https://", "\u0301\u0327", "/a?b=c"),
        ("https://", "a.", "/k?X-Amz-Signature=0"),
        ("https://a/", "%25", "?X-Amz-Signature=0"),
        ("https://a/?X-Amz-Credential=", "/", "&X-Amz-Signature=0"),
        ("https://a/?X-Amz-SignedHeaders=", "a;", "&X-Amz-Signature=0"),
        ("https://urldefense.com/v3/__a", "__;_", "!x"),
        ("https://a.safelinks.protection.outlook.com/?url=", "https%3A%2F%2Fa%3F"),
        ("https://console.aws.amazon.com/s3/object/", "a/", "?prefix="),
        ("s3://", "a/", "\n"),
        ("arn:aws", "-a", ":s3::"),
        ("", "/s/a"),
        ("", "/f/a,", "\nx"),
        # what programs write
        ("", "=3D=\n", "="),
        ("", "&amp;amp;"),
        ("", "&#0", "x"),
        ("", "<br "),
        ("", "\\u0041"),
        ("<Error>", "<Code>a", "</Error>"),
        ("<Error", " <Message ", ">"),
        ("", "["),
        ("", '{"a":'),
        ('{"Statement":[', '{"Effect":"Deny"},', "{}]}"),
        # letters of other alphabets, and those that become many
        ("", "？a=＆"),
        ("", "日本語 "),
        ("", "\ufdfa"),
        ("a", "\u0301\u0327"),
        ("", "\u200b"),
        ("", "\U0001f600"),
        # wildcards that can be spread in many ways
        ("", "a*", "b"),
        ("", "*?", "b"),
        ("", "?a?a*"),
    )
)
