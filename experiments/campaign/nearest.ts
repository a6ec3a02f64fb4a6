/** Finds the name the user may have meant: shared with the stack's own checks. */
export { nearest, unknownName } from "../../infra/nearest.ts";
