# The operations that may have a window: those on villages too.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('households', '0005_period_freeze'),
    ]

    operations = [
        migrations.AlterField(
            model_name='householdevent',
            name='operation',
            field=models.CharField(choices=[('enroll', '登记新户'), ('correct', '更正采集信息'), ('add_member', '自然增加'), ('leave_member', '自然减少'), ('change_head', '户主变更'), ('split', '分户'), ('move', '迁移'), ('identify', '新识别'), ('propose_exit', '拟退出'), ('reject_exit', '退出不通过'), ('approve_exit', '脱贫退出'), ('end_policy', '政策期满'), ('return', '返贫'), ('undo_exit', '回退'), ('vanish', '整户自然销户'), ('purge', '清退'), ('merge', '合户'), ('delete_duplicate', '重复户删除'), ('reopen', '恢复'), ('suspend', '暂停帮扶'), ('mark', '户标注'), ('request_order', '锁定字段更正申请'), ('execute_order', '锁定字段更正执行'), ('survey_village', '采集村档案'), ('include_village', '贫困村纳入'), ('exit_village', '贫困村退出')], max_length=20, verbose_name='业务'),
        ),
        migrations.AlterField(
            model_name='operationwindow',
            name='operation',
            field=models.CharField(choices=[('enroll', '登记新户'), ('correct', '更正采集信息'), ('add_member', '自然增加'), ('leave_member', '自然减少'), ('change_head', '户主变更'), ('split', '分户'), ('move', '迁移'), ('identify', '新识别'), ('propose_exit', '拟退出'), ('reject_exit', '退出不通过'), ('approve_exit', '脱贫退出'), ('end_policy', '政策期满'), ('return', '返贫'), ('undo_exit', '回退'), ('vanish', '整户自然销户'), ('purge', '清退'), ('merge', '合户'), ('delete_duplicate', '重复户删除'), ('reopen', '恢复'), ('suspend', '暂停帮扶'), ('mark', '户标注'), ('request_order', '锁定字段更正申请'), ('execute_order', '锁定字段更正执行'), ('survey_village', '采集村档案'), ('include_village', '贫困村纳入'), ('exit_village', '贫困村退出')], max_length=20, verbose_name='业务'),
        ),
    ]
