# The tables of who helps.

import django.db.models.deletion
import taizhang.journal.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('households', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SupportUnit',
            fields=[
                ('id', taizhang.journal.fields.RowNumber(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('came_from', models.CharField(blank=True, default='', max_length=120, verbose_name='来源')),
                ('unit_name', models.CharField(max_length=100, null=True, verbose_name='帮扶单位名称')),
                ('unit_type', models.CharField(max_length=40, null=True, verbose_name='帮扶单位类型')),
                ('unit_level', models.CharField(max_length=40, null=True, verbose_name='隶属关系')),
                ('unit_address', models.CharField(max_length=200, null=True, verbose_name='单位地址')),
                ('unit_contact', models.CharField(max_length=200, null=True, verbose_name='单位联系人')),
                ('unit_phone', taizhang.journal.fields.SecretField(null=True, verbose_name='单位联系电话')),
                ('unit_no', models.CharField(max_length=20, unique=True, verbose_name='单位编号')),
                ('area', taizhang.journal.fields.AreaCodeField(max_length=15, verbose_name='登记地区')),
                ('initials', models.CharField(default='', max_length=100, verbose_name='首字母')),
                ('ended_on', models.DateField(null=True, verbose_name='停用日期')),
            ],
            options={
                'db_table': 'support_unit',
                'indexes': [models.Index(fields=['unit_name'], name='support_unit_name')],
                'constraints': [models.UniqueConstraint(fields=('area', 'unit_name'), name='one_unit_of_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Helper',
            fields=[
                ('id', taizhang.journal.fields.RowNumber(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('came_from', models.CharField(blank=True, default='', max_length=120, verbose_name='来源')),
                ('helper_name', models.CharField(max_length=200, null=True, verbose_name='帮扶责任人姓名')),
                ('helper_sex', models.CharField(max_length=40, null=True, verbose_name='帮扶责任人性别')),
                ('helper_id_no', taizhang.journal.fields.SecretField(null=True, verbose_name='帮扶责任人证件号码')),
                ('helper_phone', taizhang.journal.fields.SecretField(null=True, verbose_name='帮扶责任人电话')),
                ('helper_post', models.CharField(max_length=50, null=True, verbose_name='职务')),
                ('helper_grade', models.CharField(max_length=40, null=True, verbose_name='职务级别')),
                ('helper_political', models.CharField(max_length=40, null=True, verbose_name='帮扶责任人政治面貌')),
                ('helper_degree', models.CharField(max_length=40, null=True, verbose_name='学历')),
                ('helper_speciality', models.CharField(max_length=40, null=True, verbose_name='技术特长')),
                ('helper_no', models.CharField(max_length=20, unique=True, verbose_name='帮扶责任人编号')),
                ('area', taizhang.journal.fields.AreaCodeField(max_length=15, verbose_name='登记地区')),
                ('pinyin', models.CharField(default='', max_length=100, verbose_name='拼音')),
                ('initials', models.CharField(default='', max_length=20, verbose_name='首字母')),
                ('id_digest', models.CharField(max_length=32, null=True, verbose_name='证件摘要')),
                ('id_checked', models.BooleanField(null=True, verbose_name='校验码正确')),
                ('ended_on', models.DateField(null=True, verbose_name='不再帮扶日期')),
                ('account', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL, verbose_name='登录账号')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='support.supportunit', verbose_name='所在单位')),
            ],
            options={
                'db_table': 'helper',
            },
        ),
        migrations.CreateModel(
            name='UnitVillage',
            fields=[
                ('id', taizhang.journal.fields.RowNumber(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('came_from', models.CharField(blank=True, default='', max_length=120, verbose_name='来源')),
                ('area', taizhang.journal.fields.AreaCodeField(max_length=15, verbose_name='帮扶村')),
                ('from_on', models.DateField(verbose_name='开始日期')),
                ('to_on', models.DateField(null=True, verbose_name='结束日期')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='support.supportunit', verbose_name='帮扶单位')),
            ],
            options={
                'db_table': 'unit_village',
            },
        ),
        migrations.CreateModel(
            name='VillageTeam',
            fields=[
                ('id', taizhang.journal.fields.RowNumber(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('came_from', models.CharField(blank=True, default='', max_length=120, verbose_name='来源')),
                ('team_name', models.CharField(max_length=100, null=True, verbose_name='驻村工作队名称')),
                ('area', taizhang.journal.fields.AreaCodeField(max_length=15, verbose_name='所驻村')),
                ('from_on', models.DateField(verbose_name='进驻日期')),
                ('to_on', models.DateField(null=True, verbose_name='撤离日期')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='support.supportunit', verbose_name='派出单位')),
            ],
            options={
                'db_table': 'village_team',
            },
        ),
        migrations.CreateModel(
            name='TeamMember',
            fields=[
                ('id', taizhang.journal.fields.RowNumber(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('came_from', models.CharField(blank=True, default='', max_length=120, verbose_name='来源')),
                ('is_first_secretary', models.BooleanField(null=True, verbose_name='第一书记')),
                ('is_team_leader', models.BooleanField(null=True, verbose_name='队长')),
                ('is_deputy_leader', models.BooleanField(null=True, verbose_name='副队长')),
                ('is_village_officer', models.BooleanField(null=True, verbose_name='包村干部')),
                ('is_plain_member', models.BooleanField(null=True, verbose_name='队员')),
                ('from_on', models.DateField(verbose_name='到任日期')),
                ('to_on', models.DateField(null=True, verbose_name='离任日期')),
                ('helper', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='support.helper', verbose_name='队员姓名')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='support.villageteam', verbose_name='驻村工作队')),
            ],
            options={
                'db_table': 'team_member',
            },
        ),
        migrations.CreateModel(
            name='Pairing',
            fields=[
                ('id', taizhang.journal.fields.RowNumber(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('came_from', models.CharField(blank=True, default='', max_length=120, verbose_name='来源')),
                ('pairing_role', models.CharField(max_length=40, null=True, verbose_name='结对身份')),
                ('from_on', models.DateField(verbose_name='结对开始日期')),
                ('to_on', models.DateField(null=True, verbose_name='结对结束日期')),
                ('valid', models.BooleanField(default=True, verbose_name='有效')),
                ('helper', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='support.helper', verbose_name='帮扶责任人')),
                ('household', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='households.household', verbose_name='户')),
            ],
            options={
                'db_table': 'pairing',
                'indexes': [models.Index(fields=['household'], name='pairing_household'), models.Index(fields=['helper'], name='pairing_helper')],
                'constraints': [models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='pairing_in_order'), models.UniqueConstraint(condition=models.Q(('to_on__isnull', True), ('valid', True)), fields=('household', 'pairing_role'), name='one_helper_a_role')],
            },
        ),
        migrations.AddIndex(
            model_name='helper',
            index=models.Index(fields=['area', 'id'], name='helper_area'),
        ),
        migrations.AddIndex(
            model_name='helper',
            index=models.Index(fields=['helper_name'], name='helper_name'),
        ),
        migrations.AddIndex(
            model_name='helper',
            index=models.Index(fields=['initials'], name='helper_initials'),
        ),
        migrations.AddConstraint(
            model_name='helper',
            constraint=models.UniqueConstraint(fields=('id_digest',), name='one_helper_per_number'),
        ),
        migrations.AddIndex(
            model_name='unitvillage',
            index=models.Index(fields=['area', 'id'], name='unit_village_area'),
        ),
        migrations.AddConstraint(
            model_name='unitvillage',
            constraint=models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='unit_village_in_order'),
        ),
        migrations.AddConstraint(
            model_name='unitvillage',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('unit', 'area'), name='one_help_of_a_village'),
        ),
        migrations.AddConstraint(
            model_name='villageteam',
            constraint=models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='village_team_in_order'),
        ),
        migrations.AddConstraint(
            model_name='villageteam',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('area',), name='one_team_per_village'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.CheckConstraint(condition=models.Q(('to_on__isnull', True), ('to_on__gte', models.F('from_on')), _connector='OR'), name='team_member_in_order'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on__isnull', True)), fields=('helper',), name='one_team_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='teammember',
            constraint=models.UniqueConstraint(condition=models.Q(('is_first_secretary', True), ('to_on__isnull', True)), fields=('team',), name='one_first_secretary'),
        ),
    ]
