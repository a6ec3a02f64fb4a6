/** What nfvrg2016 claims of its summary table. */
import { above, below, type Claim, level, type Measurement } from "./claim.ts";

const containers = ["container"];
const machines = ["standardvm.xen", "standardvm.kvm", "tinyx.xen", "tinyx.kvm"];
const all = [...machines, ...containers, "osv.kvm", "minios.xen"];
const except = (...systems: string[]) => all.filter((system) => !systems.includes(system));

const instantiation: Measurement = { workload: "instantiation" };
const tx: Measurement = { workload: "iperf3", where: { direction: "tx" } };
const rx: Measurement = { workload: "iperf3", where: { direction: "rx" } };
const rtt: Measurement = { workload: "rtt" };
const imageSize: Measurement = { workload: "image-size" };
const memory: Measurement = { workload: "memory" };

/** "Level" among the fastest: their published values lie up to 9 % apart. */
const ABOUT_LEVEL = 0.15;

const claim = (id: string, says: string, ratios: Claim["ratios"]): Claim => ({
  ...{ id: `nfvrg2016/${id}`, study: "nfvrg2016", place: "summary table", says, architectures: ["x86_64"], ratios },
});

export const nfvrg2016Claims: readonly Claim[] = [
  claim("instantiation-minios", "Mini-OS on Xen comes up fastest of all", [
    ...below("minios.xen", except("minios.xen"), instantiation),
  ]),
  claim("instantiation-osv", "OSv on KVM comes up faster than every virtual machine and the container", [
    ...below("osv.kvm", [...machines, ...containers], instantiation),
  ]),
  claim("throughput-tx-level", "container, OSv and Mini-OS are level on sending", [
    level("osv.kvm", "container", tx, ABOUT_LEVEL),
    level("minios.xen", "container", tx, ABOUT_LEVEL),
  ]),
  claim("throughput-tx-ahead", "container, OSv and Mini-OS send faster than every virtual machine", [
    ...["container", "osv.kvm", "minios.xen"].flatMap((system) => above(system, machines, tx)),
  ]),
  claim("throughput-rx-level", "container and OSv are level on receiving", [
    level("osv.kvm", "container", rx, ABOUT_LEVEL),
  ]),
  claim("throughput-rx-ahead", "container and OSv receive faster than every virtual machine", [
    ...["container", "osv.kvm"].flatMap((system) => above(system, machines, rx)),
  ]),
  claim("throughput-rx-minios", "Mini-OS is not ahead on receiving: container and OSv receive faster", [
    ...below("minios.xen", ["container", "osv.kvm"], rx),
  ]),
  claim("rtt-container", "the container has the lowest round-trip time", [
    ...below("container", except("container"), rtt),
  ]),
  claim("rtt-minios", "Mini-OS has the lowest round-trip time after the container", [
    ...below("minios.xen", except("container", "minios.xen"), rtt),
  ]),
  claim("image-minios", "Mini-OS has the smallest image", [...below("minios.xen", except("minios.xen"), imageSize)]),
  ...["standardvm.kvm", "standardvm.xen"].map((system) =>
    claim(`image-${system}`, `${system}'s image is larger than that of everything but a standard VM`, [
      ...above(system, except("standardvm.kvm", "standardvm.xen"), imageSize),
    ]),
  ),
  claim("memory-container", "the container takes the least memory", [
    ...below("container", except("container"), memory),
  ]),
  ...["standardvm.kvm", "standardvm.xen"].map((system) =>
    claim(`memory-${system}`, `${system} takes more memory than everything but a standard VM`, [
      ...above(system, except("standardvm.kvm", "standardvm.xen"), memory),
    ]),
  ),
];
