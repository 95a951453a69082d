/** On every page: the contrast toggle and the way out. */

import { startContrast } from "./contrast.js";
import { goOnFromInterruption, refuseOldPages, startExit } from "./exit.js";

startContrast();
startExit();
goOnFromInterruption();
refuseOldPages();
