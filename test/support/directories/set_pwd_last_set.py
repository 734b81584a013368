"""Sets pwdLastSet of an entry to a time in the past, which LDAP lets nobody do: by the database of the server itself.

Arguments: smb.conf, sam.ldb, DN, FILETIME.
"""
import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

configuration, database, dn, time = sys.argv[1:]
parameters = LoadParm()
parameters.load(configuration)
directory = SamDB(url=database, session_info=system_session(), lp=parameters)
message = ldb.Message(ldb.Dn(directory, dn))
message["pwdLastSet"] = ldb.MessageElement(time, ldb.FLAG_MOD_REPLACE, "pwdLastSet")
# DSDB_CONTROL_PASSWORD_BYPASS_LAST_SET_OID
directory.modify(message, controls=["local_oid:1.3.6.1.4.1.7165.4.3.20:0"])
