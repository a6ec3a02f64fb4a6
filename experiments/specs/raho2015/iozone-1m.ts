/** Files of 1 MB under every operation of IOzone. */
import { iozone } from "./iozone.ts";

export default iozone("1m", "Fig 5", 1024, "1 MB");
