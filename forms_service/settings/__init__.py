"""One frozen ``Settings``, read once from ``config/*.toml`` and ``FORMS_*`` variables.

* Every problem is reported together; an unknown ``FORMS_*`` variable or key is one of them.
* A variable wins over the file. Secrets are paths of files, never values.
* The environment's name decides nothing.

========================  ==========================================================  ======================
variable                  meaning                                                     default
========================  ==========================================================  ======================
``FORMS_CONFIG``          folder of agency.toml, service.toml, screening.toml, fonts  ``config``
``FORMS_TEMPLATES``       the form folders                                            ``templates``
``FORMS_ARCHIVE``         the archive root (OCFL)                                     ``signed``
``FORMS_DATABASE``        the SQLite file of book and ledger                          ``var/forms.sqlite3``
``FORMS_CHECKPOINTS``     where signed checkpoints of the audit trail go              ``var/checkpoints``
``FORMS_PRODUCTION``      ``true``: real records                                      ``[service] production``
``FORMS_PRACTICE``        ``true``: practise beside real records, in places of its    ``false``
                          own (``--practice`` sets it)
``FORMS_ORIGIN``          the one address of the service                              ``[web] origin``
``FORMS_TRUSTED_PROXY``   address of the proxy that ends TLS                          ``[web] trusted_proxy``
``FORMS_TLS_CERTIFICATE`` the city's certificate and its chain (PEM)                  ``[web] tls_certificate``
``FORMS_TLS_KEY``         its private key (PEM)                                       ``[web] tls_key``
``FORMS_TSA_URL``         time-stamp server (RFC 3161)                                ``[seal] tsa_url``
``FORMS_SEAL_LEVEL``      ``B-B``, ``B-T``, ``B-LT`` or ``B-LTA``                     ``[seal] level``, else B-T
                                                                                      with a ``tsa_url``, B-B without
``FORMS_SEAL_TRUSTED``    certificates (PEM) that time stamps and the seal's own      ``[seal] trusted``
                          must lead to; several with ``:`` between
``FORMS_SEAL_KEY``        PKCS#12 file of the seal                                    ``<config>/keys/seal.p12``
``FORMS_SEAL_PASSPHRASE`` file that holds its passphrase                              ``<config>/keys/seal.pass``
``FORMS_SEAL_PKCS11_*``   the seal's key in a token, instead (``seal_token.py``)      ``[seal] pkcs11_*``
``FORMS_SOFFICE``         LibreOffice's own program, ``soffice.bin``, for forms       ``[service] soffice``,
                          whose layout is a Word file                                 else where Debian has it
``FORMS_OIDC_ISSUER``     provider of single sign-on                                  ``[oidc] issuer``
``FORMS_OIDC_CLIENT_ID``  what it calls this service                                  ``[oidc] client_id``
``FORMS_OIDC_CLIENT_SECRET`` file that holds the secret it gave                       ``[oidc] client_secret``
``FORMS_OIDC_LABEL``      what people call their account there                        ``[oidc] label``
========================  ==========================================================  ======================
"""

from forms_service.settings.reading import ROOT, read_settings, read_with_problems
from forms_service.settings.sign_on import LOOPBACK
from forms_service.settings.values import SEAL_LEVELS, SOFFICE, Settings

__all__ = ["LOOPBACK", "ROOT", "SEAL_LEVELS", "SOFFICE", "Settings", "read_settings", "read_with_problems"]
