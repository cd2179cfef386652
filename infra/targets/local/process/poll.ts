export { pollUntil } from "../../../poll.ts";
