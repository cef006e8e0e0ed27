package io.pulsewarden.keys.rotation;

import io.pulsewarden.keys.kek.KekProvider;
import io.pulsewarden.keys.kek.KekProvider.Unwrapped;
import io.pulsewarden.secret.SecretBytes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Whether a restored copy would save us: it is not the live database, was taken after the proof,
 * has every key that lives, none of them by a version that goes, and each opens. Blocks.
 */
final class CopyVerification {

  private static final UUID FIRST = new UUID(0, 0);

  private final KekProvider keks;

  CopyVerification(KekProvider keks) {
    this.keks = keks;
  }

  /**
   * @param live the live database's identity
   * @param living ids of that KEK's keys in the live database that were made before the proof
   * @throws GateException naming what is not met
   */
  void verify(RestoredCopy copy, Trim trim, String live, Set<UUID> living) {
    if (copy.identity().equals(live)) {
      throw new GateException(Gate.COPY_IS_LIVE);
    }
    if (copy.standby()) {
      throw new GateException(Gate.COPY_IS_STANDBY);
    }
    if (!copy.holds(trim.id())) {
      throw new GateException(Gate.BACKUP_TOO_OLD);
    }
    Set<UUID> missing = new HashSet<>(living);
    UUID after = FIRST;
    while (true) {
      List<WrappedRow> some = copy.rows(trim.oldestKept().name(), after, Rewrapping.BATCH);
      if (some.isEmpty()) {
        break;
      }
      open(some, trim.oldestKept().version());
      some.forEach(row -> missing.remove(row.id()));
      after = some.getLast().id();
    }
    if (!missing.isEmpty()) {
      throw new GateException(Gate.COPY_INCOMPLETE);
    }
  }

  private void open(List<WrappedRow> rows, int oldestKept) {
    if (rows.stream().anyMatch(row -> row.wrapped().kek().version() < oldestKept)) {
      throw new GateException(Gate.COPY_HAS_OLD_VERSIONS);
    }
    List<Unwrapped> answers =
        keks.unwrap(rows.stream().map(WrappedRow::toUnwrap).toList()).toCompletableFuture().join();
    boolean all = true;
    for (Unwrapped answer : answers) {
      if (answer instanceof Unwrapped.Key(SecretBytes key)) {
        key.close();
      } else {
        all = false;
      }
    }
    if (!all) {
      throw new GateException(Gate.COPY_DOES_NOT_OPEN);
    }
  }
}
