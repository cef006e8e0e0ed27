package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.paging.SealedCursors;
import io.pulsewarden.telemetry.store.BlockOpener;
import io.pulsewarden.telemetry.store.ChangeStore;
import io.pulsewarden.telemetry.store.ObservationIdSource;
import io.pulsewarden.telemetry.store.SeriesStore;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Puts the search together. */
@ApplicationScoped
class ObservationConfiguration {

  @Produces
  @Singleton
  ObservationFinder finder(
      VitalBlockStore blocks,
      ChangeStore changes,
      BlockOpener opener,
      ObservationIdSource ids,
      SeriesStore series) {
    return new ObservationFinder(blocks, changes, opener, ids, series);
  }

  @Produces
  @Singleton
  SealedCursors cursors(Sealing sealing) {
    return new SealedCursors(sealing);
  }
}
