from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('links', '0014_fill_texts'),
    ]

    operations = [
        migrations.AddField(
            model_name='timerequest',
            name='language',
            field=models.CharField(blank=True, choices=[('en', 'English'), ('ja', 'Japanese')], max_length=10, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='timerequest',
            name='zone',
            field=models.CharField(blank=True, max_length=64, verbose_name='time zone'),
        ),
    ]
