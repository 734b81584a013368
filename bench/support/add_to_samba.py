"""Adds entries to the database of a domain controller in one transaction, which takes a fraction of what LDAP does.

Arguments: smb.conf, sam.ldb, LDIF.
"""
import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

configuration, database, ldif = sys.argv[1:]
parameters = LoadParm()
parameters.load(configuration)
directory = SamDB(url=database, session_info=system_session(), lp=parameters)
directory.transaction_start()
with open(ldif, encoding="utf-8") as entries:
    for _, message in directory.parse_ldif(entries.read()):
        directory.add(message)
directory.transaction_commit()
