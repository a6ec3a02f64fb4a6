/**
 * `node infra/hosts/record-before.ts STACK`: takes down what the stack's host looks like before anything is made on it. A
 * host that `up` itself boots can be looked at only in its middle, so that this is a step of the program's.
 */
import { loadStack } from "../load.ts";
import { hostShell } from "./open.ts";
import { recordBefore } from "./snapshot.ts";

const [name = ""] = process.argv.slice(2);
recordBefore(name, hostShell(await loadStack(name)));
