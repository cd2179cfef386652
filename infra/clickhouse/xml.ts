import { XMLBuilder } from "fast-xml-parser";

/** A ClickHouse configuration element: text, a nested element, or a repeated one. `@name` is an attribute. */
export type Xml = string | number | { readonly [tag: string]: Xml | readonly Xml[] };

const builder = new XMLBuilder({
  format: true,
  indentBy: "  ",
  suppressEmptyNode: true,
  ignoreAttributes: false,
  attributeNamePrefix: "@",
  processEntities: true,
});

/** One ClickHouse configuration file. Text is escaped; tags come from the program alone. */
export const renderXml = (content: Xml): string => builder.build({ clickhouse: content });
