/** Size of what each system boots from. */
import { defineSpec } from "../spec.ts";
import { nfvrg2016 } from "./study.ts";

export default defineSpec({
  ...nfvrg2016,
  name: "nfvrg2016/image-size",
  title: "Image size",
  figure: "image sizes",
  method:
    "The study lists the images with ls; here the apparent sizes of the kernel, initramfs, disk or container layers " +
    "that boot are added up.",
  workloads: [{ workload: "image-size", parameters: {} }],
});
