package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.access.Caller;
import io.pulsewarden.keys.kek.KekName;
import io.pulsewarden.keys.kek.KekVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Rotations and trims as the database would have them. */
final class JobsInMemory implements KekJobs {

  final List<Rotation> rotations = new ArrayList<>();
  final List<Trim> trims = new ArrayList<>();
  final List<Gate> refusals = new ArrayList<>();
  private final RowsInMemory rows;
  final List<KekName> begun = new ArrayList<>();
  boolean crashBeforeMarks;

  JobsInMemory(RowsInMemory rows) {
    this.rows = rows;
  }

  private int left(KekVersion target) {
    return rows.olderThan(target, new UUID(0, 0), Integer.MAX_VALUE).size();
  }

  @Override
  public List<Rotation> rotations(UUID organisation) {
    return List.copyOf(rotations);
  }

  @Override
  public List<Rotation> unfinished() {
    return rotations.stream().filter(rotation -> rotation.finishedAt() == null).toList();
  }

  @Override
  public void recordBegun(KekName kek, Caller by) {
    begun.add(kek);
  }

  @Override
  public void reopen(KekVersion target) {
    rotations.replaceAll(
        each ->
            each.target().equals(target)
                ? new Rotation(each.id(), target, 0, left(target), each.requestedAt(), null)
                : each);
  }

  @Override
  public void addRotation(KekVersion target, Caller by, Instant at) {
    rotations.add(new Rotation(UUID.randomUUID(), target, 0, left(target), at, null));
  }

  @Override
  public boolean finish(Rotation rotation, Instant at) {
    if (left(rotation.target()) > 0) {
      return false;
    }
    rotations.replaceAll(
        each ->
            each.id().equals(rotation.id())
                ? new Rotation(each.id(), each.target(), 0, 0, each.requestedAt(), at)
                : each);
    return true;
  }

  @Override
  public List<Trim> trims(UUID organisation) {
    return List.copyOf(trims);
  }

  @Override
  public List<Trim> verified() {
    return trims.stream().filter(trim -> trim.state() == Trim.State.VERIFIED).toList();
  }

  @Override
  public void prove(KekVersion oldestKept, Caller by, Instant at) {
    if (left(oldestKept) > 0) {
      throw new GateException(Gate.ROWS_LEFT);
    }
    trims.add(new Trim(UUID.randomUUID(), oldestKept, Trim.State.PROVEN, at));
  }

  @Override
  public String identity() {
    return rows.identity();
  }

  @Override
  public Set<UUID> living(KekName kek, Instant before, Duration margin) {
    return Set.copyOf(rows.rows.keySet());
  }

  @Override
  public void markVerified(Trim trim, Caller by, Instant at) {
    mark(trim, Trim.State.VERIFIED);
  }

  @Override
  public void markTrimmed(Trim trim, Instant at) {
    mark(trim, Trim.State.TRIMMED);
  }

  private void mark(Trim trim, Trim.State state) {
    if (crashBeforeMarks) {
      throw new IllegalStateException("crash");
    }
    trims.replaceAll(
        each ->
            each.id().equals(trim.id())
                ? new Trim(each.id(), each.oldestKept(), state, each.provenAt())
                : each);
  }

  @Override
  public void recordRefusal(Gate gate, Caller by) {
    refusals.add(gate);
  }
}
