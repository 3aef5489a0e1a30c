import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
import motcua.people.roles
from django.conf import settings
from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        # Search without accents stands on trigrams; the extension is trusted, so the owner may create it.
        TrigramExtension(),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('code', models.CharField(max_length=12, primary_key=True, serialize=False)),
                ('name_vi', models.CharField(max_length=200)),
                ('name_en', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('department', 'Department'), ('branch', 'Branch'), ('audit', 'Audit'), ('unit', 'Unit')], max_length=12)),
                ('dossier_unit', models.CharField(blank=True, max_length=20)),
                ('dossier_unit_verified', models.BooleanField(default=False)),
                ('receives_dossiers', models.BooleanField(default=False)),
                ('calendar', models.CharField(max_length=40)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('successor', models.CharField(blank=True, max_length=12)),
                ('source', models.TextField()),
                ('verified', models.BooleanField()),
            ],
            options={
                'ordering': ['code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='office_ends_after_it_begins')],
            },
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('firm', 'Firm'), ('agent', 'Agent'), ('carrier', 'Carrier'), ('ministry', 'Ministry'), ('laboratory', 'Laboratory'), ('authority', 'Authority')], max_length=12)),
                ('code', models.CharField(blank=True, max_length=40, null=True, unique=True)),
                ('tax_code', models.CharField(blank=True, max_length=14, null=True, unique=True)),
                ('name', models.CharField(max_length=300)),
                ('name_en', models.CharField(blank=True, max_length=300)),
                ('name_sort', models.CharField(editable=False, max_length=1000)),
                ('search', models.CharField(editable=False, max_length=400)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.indexes.OpClass('search', name='gin_trgm_ops'), name='organisation_search'), models.Index(fields=['name_sort'], name='organisation_sorted')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='organisation_has_a_name'), models.CheckConstraint(condition=models.Q(('tax_code__isnull', True), ('tax_code__regex', '^([0-9]{10}(-[0-9]{3})?|[0-9]{12})$'), _connector='OR'), name='organisation_tax_code_has_its_form')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=60, unique=True)),
                ('full_name', models.CharField(max_length=200)),
                ('name_sort', models.CharField(editable=False, max_length=700)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('phone', models.CharField(blank=True, max_length=20)),
                ('language', models.CharField(choices=[('vi', 'Tiếng Việt'), ('en', 'English')], default='vi', max_length=2)),
                ('office', models.CharField(blank=True, max_length=12)),
                ('is_active', models.BooleanField(default=True)),
                ('organisation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='users', to='people.organisation')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('session_key', models.CharField(max_length=40, unique=True)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('browser', models.CharField(blank=True, max_length=200)),
                ('started_at', models.DateTimeField()),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sign_ins', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-started_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='SignInAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('account', models.CharField(max_length=64)),
                ('address', models.CharField(blank=True, max_length=45)),
                ('tried_at', models.DateTimeField()),
            ],
            options={
                'indexes': [models.Index(fields=['account', 'address', 'tried_at'], name='attempt_on_account'), models.Index(fields=['address', 'tried_at'], name='attempt_from_address')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('procedures', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('granted_at', models.DateTimeField()),
                ('granted_by', models.CharField(max_length=60)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.CharField(blank=True, max_length=60)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates_held', to='people.organisation')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates_given', to='people.organisation')),
            ],
            options={
                'ordering': ['-granted_at', '-pk'],
                'indexes': [models.Index(fields=['agent', 'valid_from'], name='mandate_of_agent')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='mandate_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('principal', models.F('agent')), _negated=True), name='mandate_not_to_itself')],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('declarant', 'Người khai của doanh nghiệp'), ('firm_admin', 'Người quản lý tài khoản doanh nghiệp'), ('agent', 'Đại lý làm thủ tục hải quan'), ('ship_agent', 'Đại lý tàu biển'), ('forwarder', 'Công ty giao nhận'), ('one_stop', 'Công chức bộ phận một cửa'), ('handler', 'Công chức thụ lý'), ('leader', 'Lãnh đạo phê duyệt'), ('branch_head', 'Chi cục trưởng'), ('ministry_officer', 'Cán bộ kiểm tra chuyên ngành'), ('laboratory', 'Tổ chức thử nghiệm, đánh giá được chỉ định'), ('reform_clerk', 'Công chức cải cách hành chính'), ('survey_manager', 'Người phụ trách khảo sát'), ('study_manager', 'Người phụ trách đo thời gian giải phóng hàng'), ('committee', 'Thành viên Ban chỉ đạo'), ('department_leader', 'Lãnh đạo Cục'), ('auditor', 'Kiểm toán, thanh tra (chỉ đọc)'), ('administrator', 'Quản trị hệ thống (không có quyền nghiệp vụ)'), ('partner', 'Hệ thống đối tác'), ('public', 'Công chúng')], max_length=24)),
                ('office', models.CharField(blank=True, max_length=12)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['role', 'office'], name='grant_by_role')],
                'constraints': [models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='grant_ends_after_it_begins'), models.UniqueConstraint(fields=('user', 'role', 'office', 'valid_from'), name='grant_once'), models.CheckConstraint(condition=models.Q(('role__in', [motcua.people.roles.Role['PUBLIC'], motcua.people.roles.Role['PARTNER']]), _negated=True), name='grant_is_for_people')],
            },
        ),
    ]
