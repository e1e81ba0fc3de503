from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('links', '0008_long_lists'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='sharelink',
            index=models.Index(condition=models.Q(('download_limit__isnull', False)), fields=['-id'], name='share_link_limited'),
        ),
    ]
