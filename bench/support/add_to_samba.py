"""Adds entries to the database of a domain controller, some hundred in a transaction: by LDAP each is one of its own.

Arguments: smb.conf, sam.ldb, LDIF.
"""
import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

# Each costs more the more there are in its transaction.
AT_ONCE = 250

configuration, database, ldif = sys.argv[1:]
parameters = LoadParm()
parameters.load(configuration)
directory = SamDB(url=database, session_info=system_session(), lp=parameters)
with open(ldif, encoding="utf-8") as file:
    messages = [message for _, message in directory.parse_ldif(file.read())]
for start in range(0, len(messages), AT_ONCE):
    directory.transaction_start()
    for message in messages[start : start + AT_ONCE]:
        directory.add(message)
    directory.transaction_commit()
