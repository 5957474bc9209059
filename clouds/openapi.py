"""How API keys stand in the OpenAPI description."""

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "clouds.authentication.KeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer"}


class IngestScheme(KeyScheme):
    target_class = "clouds.authentication.IngestAuthentication"
    name = "ApiKeyThatSends"
