package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Rotations and trims in the database, each change with its audit event in one transaction. Blocks.
 * Thread-safe.
 */
interface KekJobs {

  /** All of an organisation, or of everybody, newest first. */
  List<Rotation> rotations(UUID organisation);

  /** Those that are not finished, of everybody. */
  List<Rotation> unfinished();

  /** That a KEK is about to get a version, which one is not known yet. */
  void recordBegun(KekName kek, Caller by);

  /** Takes a finished rotation up again: rows came that an older version wraps. */
  void reopen(KekVersion target);

  /** Adds one, unless that KEK and version have one. */
  void addRotation(KekVersion target, Caller by, Instant at);

  /** Marks it finished if no row is left; whether it did. */
  boolean finish(Rotation rotation, Instant at);

  /** All of an organisation, newest first. */
  List<Trim> trims(UUID organisation);

  /** Those that only destroying is left of, of everybody. */
  List<Trim> verified();

  /**
   * Raises the floor, and with that proves that no row has an older version; adds the trim unless
   * there is one.
   *
   * @throws GateException {@link Gate#ROWS_LEFT}; the floor is what it was
   */
  void prove(KekVersion oldestKept, Caller by, Instant at);

  /** What tells the live database from another. */
  String identity();

  /** Keys of a KEK that live and were made before that moment less the margin. */
  Set<UUID> living(KekName kek, Instant before, Duration margin);

  /** From proven to verified. */
  void markVerified(Trim trim, Caller by, Instant at);

  /** From verified to trimmed. */
  void markTrimmed(Trim trim, Instant at);

  /** That a gate refused. */
  void recordRefusal(Gate gate, Caller by);
}
