import pytest
from django.core.management import call_command
@pytest.mark.integration
def test_x(db):
    call_command("spectacular","--validate","--fail-on-warn","--file","/tmp/rooms_openapi.yaml")
