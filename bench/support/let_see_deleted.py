"""Lets whoever has signed in list and read deleted entries; the command for it finds no container that is itself deleted.

Arguments: smb.conf, sam.ldb.
"""
import sys

import ldb
from samba.auth import system_session
from samba.dcerpc import security
from samba.ndr import ndr_pack, ndr_unpack
from samba.param import LoadParm
from samba.samdb import SamDB

NAME = "nTSecurityDescriptor"
SHOWN = ["show_deleted:1", "sd_flags:1:4"]

configuration, database = sys.argv[1:]
parameters = LoadParm()
parameters.load(configuration)
directory = SamDB(url=database, session_info=system_session(), lp=parameters)
where = ldb.Dn(directory, "CN=Deleted Objects," + directory.domain_dn())
(found,) = directory.search(where, ldb.SCOPE_BASE, attrs=[NAME], controls=SHOWN)
domain = security.dom_sid(directory.get_domain_sid())
text = ndr_unpack(security.descriptor, found[NAME][0]).as_sddl(domain)
descriptor = security.descriptor.from_sddl(text + "(A;;LCRP;;;AU)", domain)
message = ldb.Message(where)
message[NAME] = ldb.MessageElement(ndr_pack(descriptor), ldb.FLAG_MOD_REPLACE, NAME)
directory.modify(message, controls=SHOWN)
