from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0060_offline_records'),
    ]

    operations = [
        migrations.AlterField(
            model_name='incident',
            name='source',
            field=models.CharField(choices=[('quick', 'quick line'), ('form', 'full form'), ('offline', 'offline capture'), ('import', 'import'), ('api', 'other system')], max_length=10, verbose_name='entered through'),
        ),
    ]
