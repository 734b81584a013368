// A script of a plugin's page.
'use strict';
