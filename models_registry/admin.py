from django.contrib import admin

from lineage.admin import NodeAdmin

from .models import RegisteredModel

admin.site.register(RegisteredModel, NodeAdmin)
