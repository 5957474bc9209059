from django.contrib import admin

from lineage.admin import NodeAdmin

from .models import Workload

admin.site.register(Workload, NodeAdmin)
