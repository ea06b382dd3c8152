// Unpacks the packaged Chromium into TMPDIR, unless it is there, and prints the path of the program.

import chromium from "@sparticuz/chromium";

chromium.setGraphicsMode = false;
console.log(await chromium.executablePath());
