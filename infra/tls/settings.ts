import { isIP } from "node:net";
import { z } from "zod";
import { oneOf, whole } from "../settingKinds.ts";

/** What can be served over TLS. */
export const TLS_PARTS = ["clickhouse", "keeper", "kafka", "api"] as const;
export type TlsPart = (typeof TLS_PARTS)[number];

const entries = (text: string): string[] =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");

const DNS_NAME =
  /^(?=.{1,253}$)(\*\.)?[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*$/;

/** Settings of TLS. */
export const TLS_SETTINGS = {
  tls: oneOf("auto", "on", "off"),
  tlsParts: z
    .string()
    .transform(entries)
    .pipe(z.array(z.enum(TLS_PARTS)).min(1))
    .describe(`one or more of ${TLS_PARTS.join(", ")}, comma-separated`),
  tlsNames: z
    .string()
    .transform(entries)
    .refine((names) => names.every((name) => isIP(name) !== 0 || DNS_NAME.test(name)))
    .describe("DNS names and IP addresses, comma-separated, or empty: ticks.example.com,192.0.2.7"),
  tlsLifetimeDays: whole(1, 3_650),
  tlsFolder: z
    .string()
    .regex(/^[^\0]*$/)
    .describe("a folder with NAME.crt and NAME.key of servers, and ca.crt, or empty"),
} as const;

/** The authority made here lives for ten years; what it issues, for less. */
export const AUTHORITY_LIFETIME_DAYS = 3_650;
