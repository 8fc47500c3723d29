"""The site as it is asked by a TLS front: stands in for one where tools measure it."""

from mig_site.wsgi import application as site


def application(environ, start_response):  # noqa: ANN001, ANN201 - as WSGI has it
    environ["HTTP_X_FORWARDED_PROTO"] = "https"
    return site(environ, start_response)
