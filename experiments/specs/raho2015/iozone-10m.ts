/** Files of 10 MB under every operation of IOzone. */
import { iozone } from "./iozone.ts";

export default iozone("10m", "Fig 6", 10_240, "10 MB");
