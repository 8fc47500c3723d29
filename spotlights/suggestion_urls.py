"""Addresses of the form that suggests a leader."""

from django.urls import path

from spotlights import suggestion_views

app_name = "suggestions"
urlpatterns = [
    path("suggest-a-leader/", suggestion_views.suggest, name="suggest"),
    path("suggest-a-leader/thanks/", suggestion_views.thanks, name="thanks"),
    path("my/suggestion/<str:token>/", suggestion_views.take_back, name="take_back"),
    path("my/suggestion-taken-back/", suggestion_views.taken_back, name="taken_back"),
]
