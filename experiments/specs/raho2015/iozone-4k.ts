/** Files of 4 KB under every operation of IOzone. */
import { iozone } from "./iozone.ts";

export default iozone("4k", "Fig 4", 4, "4 KB");
