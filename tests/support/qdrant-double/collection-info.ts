import type { Collection } from './collection.ts';
import { valuesOf } from './filter.ts';

/** What `GET /collections/{name}` tells: the settings, the indexes and some figures. */
export function describeCollection({ settings, indexes, points }: Collection): unknown {
  const { vectors, sparse_vectors, shard_number, replication_factor, quantization_config, metadata } = settings;
  const indexed = Array.from(indexes, ([field, kind]) => {
    const filled = [...points.values()].filter(({ payload }) => valuesOf(payload, field).length > 0);
    return [field, { data_type: kind, points: filled.length }];
  });
  return {
    status: 'green',
    optimizer_status: 'ok',
    indexed_vectors_count: points.size,
    points_count: points.size,
    segments_count: 2,
    config: {
      params: {
        vectors,
        shard_number,
        replication_factor,
        write_consistency_factor: 1,
        on_disk_payload: true,
        sparse_vectors,
      },
      hnsw_config: {
        m: 16,
        ef_construct: 100,
        full_scan_threshold: 10000,
        max_indexing_threads: 0,
        on_disk: false,
      },
      optimizer_config: {
        deleted_threshold: 0.2,
        vacuum_min_vector_number: 1000,
        default_segment_number: 0,
        max_segment_size: null,
        memmap_threshold: null,
        indexing_threshold: 10000,
        flush_interval_sec: 5,
        max_optimization_threads: null,
        prevent_unoptimized: null,
      },
      wal_config: { wal_capacity_mb: 32, wal_segments_ahead: 0, wal_retain_closed: 1 },
      quantization_config: quantization_config ?? null,
      ...(metadata !== undefined && { metadata }),
    },
    payload_schema: Object.fromEntries(indexed),
    update_queue: { length: 0 },
  };
}
