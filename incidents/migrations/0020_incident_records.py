import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.datetime
import django.db.models.manager
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0032_figures'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='IncidentAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_uuid', models.UUIDField(editable=False, null=True, unique=True, verbose_name='client UUID')),
                ('client_digest', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('org_path', models.CharField(db_collation='C', editable=False, max_length=10, verbose_name='organisation path')),
                ('struck_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='struck at')),
                ('strike_reason', models.CharField(blank=True, max_length=200, verbose_name='reason of striking')),
                ('filename', models.CharField(max_length=120, verbose_name='file name')),
                ('content_type', models.CharField(max_length=100)),
                ('content', models.BinaryField()),
                ('size', models.PositiveIntegerField(verbose_name='size (bytes)')),
                ('sha256', models.CharField(max_length=64)),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_rows', to='incidents.incident')),
                ('recorded_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('struck_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='struck by')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['incident_id', 'id'],
                'abstract': False,
                'base_manager_name': 'everything',
                'default_manager_name': 'everything',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('strike_reason', ''), ('struck_at__isnull', True), ('struck_by__isnull', True)), models.Q(('struck_at__isnull', False), ('struck_by__isnull', False), models.Q(('strike_reason', ''), _negated=True)), _connector='OR'), name='incidentattachment_strike_triple'), models.UniqueConstraint(condition=models.Q(('struck_at__isnull', True)), fields=('incident', 'sha256'), name='attachment_once', violation_error_message='This file is already attached.'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='attachment_has_content'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='attachment_sha256')],
            },
            managers=[
                ('everything', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='IncidentLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_uuid', models.UUIDField(editable=False, null=True, unique=True, verbose_name='client UUID')),
                ('client_digest', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('org_path', models.CharField(db_collation='C', editable=False, max_length=10, verbose_name='organisation path')),
                ('struck_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='struck at')),
                ('strike_reason', models.CharField(blank=True, max_length=200, verbose_name='reason of striking')),
                ('kind', models.CharField(choices=[('related', 'related'), ('duplicate', 'same event'), ('follow_up', 'follow-up')], max_length=10, verbose_name='kind')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_rows', to='incidents.incident')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incidentlink_to_rows', to='incidents.incident', verbose_name='other incident')),
                ('recorded_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('struck_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='struck by')),
            ],
            options={
                'verbose_name': 'link between incidents',
                'verbose_name_plural': 'links between incidents',
                'ordering': ['incident_id', 'id'],
                'abstract': False,
                'base_manager_name': 'everything',
                'default_manager_name': 'everything',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('strike_reason', ''), ('struck_at__isnull', True), ('struck_by__isnull', True)), models.Q(('struck_at__isnull', False), ('struck_by__isnull', False), models.Q(('strike_reason', ''), _negated=True)), _connector='OR'), name='incidentlink_strike_triple'), models.CheckConstraint(condition=models.Q(('incident', models.F('other')), _negated=True), name='incidentlink_two_incidents', violation_error_message='An incident is not linked with itself.'), models.UniqueConstraint(django.db.models.functions.comparison.Least('incident', 'other'), django.db.models.functions.comparison.Greatest('incident', 'other'), condition=models.Q(('struck_at__isnull', True)), name='incidentlink_once', violation_error_message='These two incidents are already linked.')],
            },
            managers=[
                ('everything', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='IncidentParty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_uuid', models.UUIDField(editable=False, null=True, unique=True, verbose_name='client UUID')),
                ('client_digest', models.CharField(blank=True, default='', editable=False, max_length=64)),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('org_path', models.CharField(db_collation='C', editable=False, max_length=10, verbose_name='organisation path')),
                ('struck_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='struck at')),
                ('strike_reason', models.CharField(blank=True, max_length=200, verbose_name='reason of striking')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('role', models.CharField(choices=[('reporter', 'caller'), ('involved', 'involved'), ('witness', 'witness')], max_length=10, verbose_name='role')),
                ('name_sealed', models.TextField(editable=False)),
                ('telephone_sealed', models.TextField(blank=True, editable=False)),
                ('purged_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='purged at')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)s_rows', to='incidents.incident')),
                ('recorded_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
                ('struck_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='struck by')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'ordering': ['incident_id', 'id'],
                'abstract': False,
                'base_manager_name': 'everything',
                'default_manager_name': 'everything',
                'indexes': [models.Index(condition=models.Q(('purged_at__isnull', True)), fields=['incident'], name='incidentparty_kept_idx')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('strike_reason', ''), ('struck_at__isnull', True), ('struck_by__isnull', True)), models.Q(('struck_at__isnull', False), ('struck_by__isnull', False), models.Q(('strike_reason', ''), _negated=True)), _connector='OR'), name='incidentparty_strike_triple'), models.CheckConstraint(condition=models.Q(models.Q(('purged_at__isnull', True), models.Q(('name_sealed', ''), _negated=True)), models.Q(('name_sealed', ''), ('purged_at__isnull', False), ('telephone_sealed', '')), _connector='OR'), name='incidentparty_purged_is_empty')],
            },
            managers=[
                ('everything', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='PartyHold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recorded_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False, verbose_name='recorded at')),
                ('org_path', models.CharField(db_collation='C', editable=False, max_length=10, verbose_name='organisation path')),
                ('reason', models.CharField(max_length=200, verbose_name='reason')),
                ('lifted_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='lifted at')),
                ('incident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='party_holds', to='incidents.incident')),
                ('lifted_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='lifted by')),
                ('recorded_by', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='recorded by')),
            ],
            options={
                'verbose_name': 'hold on deletion',
                'verbose_name_plural': 'holds on deletion',
                'ordering': ['incident_id', 'id'],
                'base_manager_name': 'everything',
                'default_manager_name': 'everything',
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('incident',), name='partyhold_once', violation_error_message='The deletion is already on hold.'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='partyhold_has_reason'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_by__isnull', True)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='partyhold_lift_pair')],
            },
            managers=[
                ('everything', django.db.models.manager.Manager()),
            ],
        ),
    ]
