"""What the sandbox serves."""

urlpatterns: list = []
