import time, datetime as dt, pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from stations.models import *
D='/work/shared/data/'
@pytest.mark.django_db
def test_x(capsys):
    with translation.override("en"):
        for args in (["import_universities", D+"universities/moe_2017-05-31_official.xls","--province","江苏省"],
                     ["import_universities", D+"universities/jiangsu_2017.csv"],
                     ["import_universities", D+"universities/moe_2017-05-31_official.xls"],
                     ["import_universities", D+"universities/moe_2017-05-31_official.xls"],
                     ["import_bureaus", D+"divisions/jiangsu_divisions_gbt2260.csv"],
                     ["import_bureaus", D+"divisions/jiangsu_divisions_gbt2260.csv"],
                     ["import_universities", D+"universities/jiangsu_2017.csv"],
                     ["import_universities", D+"universities/jiangsu_2017.csv"],
                     ):
            t=time.time()
            with CaptureQueriesContext(connection) as q:
                call_command(*args)
            out=capsys.readouterr()
            print(args, round(time.time()-t,2),'s', len(q),'queries'); print(out.out[:1500]); print(out.err[:500])
    print(University.objects.unscoped("x").count(), Campus.objects.unscoped("x").count(), OrgUnit.objects.unscoped("x").count())
    print(list(OrgUnit.objects.unscoped("x").filter(area_name__contains='州').exclude(area_name__endswith='州市').values_list('area_name','name','org_path','provisional')))
    assert 0
