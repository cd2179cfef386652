/** What Prometheus has read, a value a minute, in promtool's notation: `series` to `0+10x20`. */
export type Series = Readonly<Record<string, string>>;

/** One alert, held against a history in which it has to fire and one in which it must not. */
export interface AlertCase {
  readonly fires: {
    readonly series: Series;
    /** `15m`: when it has to be firing. */
    readonly at: string;
    /** Labels beside `severity`; several where it fires for several. */
    readonly labels: readonly Readonly<Record<string, string>>[];
    /** Its description, with the values in it. */
    readonly says: readonly string[];
  };
  /** Histories near the threshold, or before the time that the alert waits is over. */
  readonly quiet: readonly { readonly series: Series; readonly at: string }[];
}

const partition = (name: string, number: number, copy = "api-1"): string =>
  `${name}{instance="${copy}",topic="ticks",partition="${number}"}`;
const up = (role: string, instance: string): string => `up{job="tickhouse-${role}",instance="${instance}"}`;
const allUp: Series = { [up("api", "api")]: "1x60", [up("bars", "bars")]: "1x60" };
const DAY = 86_400;

/** By alert; a test holds the names against those that there are. */
export const ALERT_CASES: Readonly<Record<string, AlertCase>> = {
  TickhouseTicksMissing: {
    fires: {
      // Two copies of the API tell of the same two messages.
      series: {
        [partition("tickhouse_audit_missing_offsets", 0)]: "0x4 2x20",
        [partition("tickhouse_audit_missing_offsets", 0, "api-2")]: "0x4 2x20",
        [partition("tickhouse_audit_missing_offsets", 1)]: "0x30",
      },
      at: "10m",
      labels: [{}],
      says: ["2 messages are missing. Kafka keeps them for seven days; npm run verify -- --heal."],
    },
    quiet: [
      { series: { [partition("tickhouse_audit_missing_offsets", 0)]: "0x30" }, at: "20m" },
      { series: { [partition("tickhouse_audit_missing_offsets", 0)]: "0x4 2x2 0x20" }, at: "20m" },
      { series: { [partition("tickhouse_audit_missing_offsets", 0)]: "0x4 2x20" }, at: "9m" },
    ],
  },
  TickhouseAuditFails: {
    fires: {
      series: { 'tickhouse_audit_up{instance="api-1"}': "1x4 0x30" },
      at: "16m",
      labels: [{}],
      says: ["A ClickHouse node or Kafka does not answer, so nobody knows whether ticks are missing."],
    },
    quiet: [
      {
        series: {
          'tickhouse_audit_up{instance="api-1"}': "0x30",
          'tickhouse_audit_up{instance="api-2"}': "1x30",
        },
        at: "20m",
      },
      { series: { 'tickhouse_audit_up{instance="api-1"}': "1x4 0x8 1x30" }, at: "14m" },
    ],
  },
  TickhouseAuditStale: {
    fires: {
      series: { tickhouse_audit_timestamp_seconds: "0x40" },
      at: "21m",
      labels: [{}],
      says: ["Each scrape begins an audit when the last one is a minute old; one that never ends is stuck."],
    },
    quiet: [
      { series: { tickhouse_audit_timestamp_seconds: "0+60x40" }, at: "30m" },
      { series: { tickhouse_audit_timestamp_seconds: "0x40" }, at: "19m" },
    ],
  },
  TickhouseTicksExpired: {
    fires: {
      series: {
        [partition("tickhouse_kafka_oldest_offset", 0)]: "0x4 500x20",
        [partition("tickhouse_kafka_committed_offset", 0)]: "100x30",
        [partition("tickhouse_kafka_oldest_offset", 1)]: "100x30",
        [partition("tickhouse_kafka_committed_offset", 1)]: "100x30",
      },
      at: "6m",
      labels: [{ topic: "ticks", partition: "0" }],
      says: ["Partition 0 begins at an offset behind the warehouse's own: what was between is lost to it."],
    },
    quiet: [
      {
        series: {
          [partition("tickhouse_kafka_oldest_offset", 0)]: "100x20",
          [partition("tickhouse_kafka_committed_offset", 0)]: "100x20",
        },
        at: "10m",
      },
    ],
  },
  TickhouseDeadLetters: {
    fires: {
      series: { tickhouse_dead_letters: "1000+10x40" },
      at: "20m",
      labels: [{}],
      says: ["100 dead letters in ten minutes: a feed changed its format. npm run dead-letters."],
    },
    quiet: [
      { series: { tickhouse_dead_letters: "1000+5x40" }, at: "20m" },
      { series: { tickhouse_dead_letters: "100000x40" }, at: "20m" },
    ],
  },
  TickhouseServiceDown: {
    fires: {
      series: {
        [up("api", "api")]: "1x60",
        [up("producer", "producer")]: "1x4 0x20",
        [up("bars", "bars")]: "1x4 _x20",
      },
      // Prometheus forgets a series that is gone after five minutes.
      at: "13m",
      labels: [{ job: "tickhouse-producer", instance: "producer" }, { job: "tickhouse-bars" }],
      says: [
        "tickhouse-producer producer tells Prometheus nothing.",
        "tickhouse-bars  tells Prometheus nothing.",
      ],
    },
    // A stack without a simulation has no producer.
    quiet: [
      { series: allUp, at: "30m" },
      { series: { ...allUp, [up("producer", "producer")]: "1x4 0x1 1x20" }, at: "7m" },
    ],
  },
  TickhouseConsumersBehind: {
    fires: {
      series: {
        [partition("tickhouse_kafka_lag", 0)]: "60000x30",
        [partition("tickhouse_kafka_lag", 0, "api-2")]: "60000x30",
        [partition("tickhouse_kafka_lag", 1)]: "50000x30",
      },
      at: "12m",
      labels: [{}],
      says: ["110000 messages wait. Kafka keeps them for seven days."],
    },
    quiet: [
      {
        series: {
          [partition("tickhouse_kafka_lag", 0)]: "60000x30",
          [partition("tickhouse_kafka_lag", 0, "api-2")]: "60000x30",
        },
        at: "20m",
      },
      { series: { [partition("tickhouse_kafka_lag", 0)]: "200000x5 0x30" }, at: "20m" },
    ],
  },
  TickhouseKafkaUnreachable: {
    fires: {
      series: { [up("api", "api")]: "1x60" },
      at: "6m",
      labels: [{}],
      says: ["The API can't read offsets: no broker answers, or the topic is not there."],
    },
    quiet: [
      {
        series: { [up("api", "api")]: "1x60", [partition("tickhouse_kafka_end_offset", 0)]: "5x60" },
        at: "20m",
      },
      // Where the API is down nobody knows.
      { series: { [up("api", "api")]: "0x60" }, at: "20m" },
    ],
  },
  TickhouseProducerBehind: {
    fires: {
      series: { 'tickhouse_producer_lag_seconds{instance="producer"}': "0+10x30" },
      at: "10m",
      labels: [{ instance: "producer" }],
      says: ["producer is 1m 40s behind: Kafka takes longer than the feed allows."],
    },
    quiet: [{ series: { 'tickhouse_producer_lag_seconds{instance="producer"}': "30x30" }, at: "20m" }],
  },
  TickhouseApiErrors: {
    fires: {
      series: {
        'tickhouse_api_request_duration_seconds_count{route="/bars",status="200"}': "0+90x40",
        'tickhouse_api_request_duration_seconds_count{route="/bars",status="503"}': "0+10x40",
      },
      at: "20m",
      labels: [{}],
      says: ["10% of the requests end with a 5xx status."],
    },
    quiet: [
      {
        series: {
          'tickhouse_api_request_duration_seconds_count{route="/bars",status="200"}': "0+96x40",
          'tickhouse_api_request_duration_seconds_count{route="/bars",status="503"}': "0+4x40",
        },
        at: "30m",
      },
      // Wrong requests are not the API's errors.
      {
        series: {
          'tickhouse_api_request_duration_seconds_count{route="/bars",status="200"}': "0+10x40",
          'tickhouse_api_request_duration_seconds_count{route="/bars",status="400"}': "0+90x40",
        },
        at: "30m",
      },
    ],
  },
  TickhouseBarsBehind: {
    fires: {
      series: { tickhouse_audit_bars_pending: "1500x30" },
      at: "12m",
      labels: [{}],
      says: ["1500 minutes wait for their bar."],
    },
    quiet: [{ series: { tickhouse_audit_bars_pending: "1000x30" }, at: "20m" }],
  },
  TickhouseBarsStalled: {
    fires: {
      series: {
        'tickhouse_bars_last_pass_timestamp_seconds{instance="bars",shard="1"}': "0+60x30",
        'tickhouse_bars_last_pass_timestamp_seconds{instance="bars",shard="2"}': "0x30",
      },
      at: "10m",
      labels: [{ shard: "2" }],
      says: ["Shard 2 had its last pass 10m 0s ago."],
    },
    quiet: [
      {
        series: { 'tickhouse_bars_last_pass_timestamp_seconds{instance="bars",shard="2"}': "0x30" },
        at: "5m",
      },
    ],
  },
  TickhouseNodeDown: {
    fires: {
      series: {
        'tickhouse_clickhouse_node_up{instance="api-1",node="clickhouse-01"}': "1x30",
        'tickhouse_clickhouse_node_up{instance="api-1",node="clickhouse-02"}': "1x4 0x30",
      },
      at: "8m",
      labels: [{ node: "clickhouse-02" }],
      says: [
        "clickhouse-02 answers no copy of the API. Its ticks wait in Kafka; its sibling, if there is one, reads on.",
      ],
    },
    quiet: [
      // One copy of the API alone can't reach it.
      {
        series: {
          'tickhouse_clickhouse_node_up{instance="api-1",node="clickhouse-01"}': "0x30",
          'tickhouse_clickhouse_node_up{instance="api-2",node="clickhouse-01"}': "1x30",
        },
        at: "20m",
      },
      {
        series: { 'tickhouse_clickhouse_node_up{instance="api-1",node="clickhouse-01"}': "1x4 0x1 1x30" },
        at: "6m",
      },
    ],
  },
  TickhouseReplicaReadOnly: {
    fires: {
      series: {
        'ClickHouseMetrics_ReadonlyReplica{instance="clickhouse-01"}': "0x4 7x30",
        'ClickHouseMetrics_ReadonlyReplica{instance="clickhouse-02"}': "0x30",
      },
      at: "10m",
      labels: [{ instance: "clickhouse-01" }],
      says: ["7 tables of clickhouse-01 are read-only: it has no session with a Keeper quorum."],
    },
    quiet: [
      { series: { 'ClickHouseMetrics_ReadonlyReplica{instance="clickhouse-01"}': "0x4 7x3 0x30" }, at: "9m" },
    ],
  },
  TickhouseReplicaBehind: {
    fires: {
      series: { 'ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay{instance="clickhouse-01-2"}': "90x30" },
      at: "6m",
      labels: [{ instance: "clickhouse-01-2" }],
      says: ["clickhouse-01-2 is 1m 30s behind: it does not fetch parts fast enough, or can't."],
    },
    quiet: [
      {
        series: { 'ClickHouseAsyncMetrics_ReplicasMaxAbsoluteDelay{instance="clickhouse-01-2"}': "60x30" },
        at: "20m",
      },
    ],
  },
  TickhouseTooManyParts: {
    fires: {
      series: {
        'tickhouse_clickhouse_fullest_partition_parts{instance="api-1",node="clickhouse-01"}': "1200x30",
        'tickhouse_clickhouse_fullest_partition_parts{instance="api-1",node="clickhouse-02"}': "20x30",
      },
      at: "12m",
      labels: [{ node: "clickhouse-01" }],
      says: ["1200 parts on clickhouse-01: inserts are slowed from 1,000 on and refused from 3,000 on."],
    },
    quiet: [
      {
        series: {
          'tickhouse_clickhouse_fullest_partition_parts{instance="api-1",node="clickhouse-01"}': "1000x30",
        },
        at: "20m",
      },
    ],
  },
  TickhouseInsertsRejected: {
    fires: {
      series: { 'ClickHouseProfileEvents_RejectedInserts{instance="clickhouse-01"}': "0x9 1x30" },
      at: "15m",
      labels: [{ instance: "clickhouse-01" }],
      says: ["clickhouse-01 refused inserts within ten minutes. Ticks wait in Kafka."],
    },
    quiet: [
      { series: { 'ClickHouseProfileEvents_RejectedInserts{instance="clickhouse-01"}': "5x40" }, at: "15m" },
      {
        series: { 'ClickHouseProfileEvents_RejectedInserts{instance="clickhouse-01"}': "0x9 1x40" },
        at: "30m",
      },
    ],
  },
  TickhouseDiskFillsUp: {
    fires: {
      series: {
        'tickhouse_clickhouse_disk_free_bytes{instance="api-1",node="clickhouse-01"}': "100x30",
        'tickhouse_clickhouse_disk_total_bytes{instance="api-1",node="clickhouse-01"}': "1000x30",
      },
      at: "12m",
      labels: [{ node: "clickhouse-01" }],
      says: ["clickhouse-01 has 10% left. A full node refuses inserts and merges."],
    },
    quiet: [
      {
        series: {
          'tickhouse_clickhouse_disk_free_bytes{instance="api-1",node="clickhouse-01"}': "150x30",
          'tickhouse_clickhouse_disk_total_bytes{instance="api-1",node="clickhouse-01"}': "1000x30",
        },
        at: "20m",
      },
    ],
  },
  TickhouseKeeperQuorumLost: {
    fires: {
      series: {
        'ClickHouseAsyncMetrics_KeeperIsLeader{instance="keeper-1"}': "1x4 0x30",
        'ClickHouseAsyncMetrics_KeeperIsLeader{instance="keeper-2"}': "0x30",
      },
      at: "6m",
      labels: [{}],
      says: ["No majority of Keepers: tables turn read-only, ticks wait in Kafka, reads go on."],
    },
    quiet: [
      {
        series: {
          'ClickHouseAsyncMetrics_KeeperIsLeader{instance="keeper-1"}': "1x4 0x30",
          'ClickHouseAsyncMetrics_KeeperIsLeader{instance="keeper-2"}': "0x4 1x30",
        },
        at: "20m",
      },
    ],
  },
  TickhouseKeeperDown: {
    fires: {
      series: { [up("keeper", "keeper-1")]: "1x30", [up("keeper", "keeper-2")]: "1x4 0x30" },
      at: "11m",
      labels: [{ job: "tickhouse-keeper", instance: "keeper-2" }],
      says: ["keeper-2 is down. Of three, one more and there is no quorum."],
    },
    quiet: [{ series: { [up("keeper", "keeper-1")]: "1x4 0x2 1x30" }, at: "20m" }],
  },
  TickhouseCertificateExpires: {
    fires: {
      series: {
        'tickhouse_certificate_not_after_seconds{instance="api-1",server="api"}': `${10 * DAY}x120`,
        'tickhouse_certificate_not_after_seconds{instance="api-1",server="kafka"}': `${80 * DAY}x120`,
      },
      at: "70m",
      labels: [{ server: "api" }],
      says: ["The certificate of api has 9d 22h 50m 0s left: its renewal did not run."],
    },
    quiet: [
      {
        series: {
          'tickhouse_certificate_not_after_seconds{instance="api-1",server="api"}': `${15 * DAY}x120`,
        },
        at: "70m",
      },
      // A stack without TLS.
      { series: allUp, at: "70m" },
    ],
  },
  TickhouseCertificateExpiresSoon: {
    fires: {
      series: { 'tickhouse_certificate_not_after_seconds{instance="api-1",server="api"}': `${DAY}x30` },
      at: "10m",
      labels: [{ server: "api" }],
      says: ["The certificate of api has 23h 50m 0s left; then nobody connects to it."],
    },
    quiet: [
      {
        series: {
          'tickhouse_certificate_not_after_seconds{instance="api-1",server="api"}': `${3 * DAY}x30`,
        },
        at: "20m",
      },
    ],
  },
  TickhouseBackupTooOld: {
    fires: {
      series: { tickhouse_backup_last_success_timestamp_seconds: "0x1700" },
      at: "1600m",
      labels: [{}],
      says: ["It was made 1d 2h 40m 0s ago."],
    },
    quiet: [
      { series: { tickhouse_backup_last_success_timestamp_seconds: "0x1440 86400x300" }, at: "1600m" },
      // A stack without backups.
      { series: allUp, at: "1600m" },
    ],
  },
};
