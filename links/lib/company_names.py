"""Names of companies, in Japanese and in English, told from names of people."""

import re
import unicodedata

# What companies, public offices and schools have in their names.
_OF_COMPANIES = re.compile(
    r"(株式|有限|合同|合資|合名|相互)会社|[(](株|有|同|資|名|財|社)[)]|(財団|社団|医療|学校|宗教|特定非営利活動|監査|税理士|弁護士|独立行政)法人"
    r"|(銀行|大学|学園|病院|市役所|区役所|県庁|組合|協会|事務所|商店|製作所|研究所|支店|営業所|御中)$"
    r"|\b(inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|kg|s\.?a\.?r?\.?l?|b\.?v|n\.?v"
    r"|oy|ab|pty|k\.?k|group|holdings|university|bank|institute)\b\.?",
    re.IGNORECASE,
)
MAX_LENGTH = 200  # characters that are looked at: marks without end take long to be put in order


def is_company_name(name: str) -> bool:
    """Whether it says so itself; many companies' names do not."""
    return bool(_OF_COMPANIES.search(unicodedata.normalize("NFKC", name.strip()[-MAX_LENGTH:])))
