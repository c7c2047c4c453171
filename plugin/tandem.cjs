#!/usr/bin/env node
// What npm installs as `tandem`: a program that names Node itself, since Windows has no shell for bin/tandem.
"use strict";

require("./bin/tandem");
