# Labels without the name of the table before them.

import taizhang.journal.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('support', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='helper',
            name='helper_id_no',
            field=taizhang.journal.fields.SecretField(null=True, verbose_name='证件号码'),
        ),
        migrations.AlterField(
            model_name='helper',
            name='helper_name',
            field=models.CharField(max_length=200, null=True, verbose_name='姓名'),
        ),
        migrations.AlterField(
            model_name='helper',
            name='helper_phone',
            field=taizhang.journal.fields.SecretField(null=True, verbose_name='联系电话'),
        ),
        migrations.AlterField(
            model_name='helper',
            name='helper_political',
            field=models.CharField(max_length=40, null=True, verbose_name='政治面貌'),
        ),
        migrations.AlterField(
            model_name='helper',
            name='helper_sex',
            field=models.CharField(max_length=40, null=True, verbose_name='性别'),
        ),
        migrations.AlterField(
            model_name='supportunit',
            name='unit_name',
            field=models.CharField(max_length=100, null=True, verbose_name='单位名称'),
        ),
    ]
