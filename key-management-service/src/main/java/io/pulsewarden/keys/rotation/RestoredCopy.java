package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekName;
import java.util.List;
import java.util.UUID;

/**
 * A backup of the database, restored elsewhere. Blocks; fails with {@link Gate#COPY_UNREACHABLE}
 * when it can't be read.
 */
interface RestoredCopy extends AutoCloseable {

  /** What tells a database from another that has the same content. */
  String identity();

  /** Whether it follows another server: that is no backup, and nothing was restored. */
  boolean standby();

  /** Whether it was taken after that trim was proven. */
  boolean holds(UUID trim);

  /** Up to that many rows that have wrapped bytes, by id, from after that id. */
  List<WrappedRow> rows(KekName kek, UUID after, int limit);

  @Override
  void close();
}
