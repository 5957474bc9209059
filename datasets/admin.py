from django.contrib import admin

from lineage.admin import NodeAdmin

from .models import Dataset

admin.site.register(Dataset, NodeAdmin)
