import os
import warnings

from django.core.wsgi import get_wsgi_application

from links.public.charsets import only_utf8

os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"{__package__}.settings")

# Of WhiteNoise, which finds the static files where they lie: nothing has to be collected for it.
warnings.filterwarnings("ignore", "No directory at: .*staticfiles", UserWarning)
application = only_utf8(get_wsgi_application())  # type: ignore[arg-type]  # the stubs know one handler alone

from links.database import limits  # noqa: E402  reads the settings

limits.use(limits.WEB)

from links.services.validation.site_clock import try_to_record_process  # noqa: E402  needs the models

try_to_record_process("web")
