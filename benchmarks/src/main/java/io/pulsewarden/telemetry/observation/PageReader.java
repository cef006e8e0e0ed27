package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.fhir.FhirJson;
import io.pulsewarden.telemetry.fhir.SearchBundle;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.Sealing;
import io.pulsewarden.telemetry.store.BlockOpener;
import io.pulsewarden.telemetry.store.ChangeStore;
import io.pulsewarden.telemetry.store.ObservationIdSource;
import io.pulsewarden.telemetry.store.SeriesStore;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A search's page without what HTTP, access rules and the audit log cost. In the service's package,
 * because what it measures is nobody else's to call. Thread-safe.
 */
public final class PageReader {

  private final ObservationFinder finder;
  private final FhirJson json = new FhirJson();

  /** Of the store behind this pool. */
  public PageReader(Pool pool, Sealing sealing, BaseKeys keys) {
    VitalBlockStore blocks = new VitalBlockStore(pool);
    this.finder =
        new ObservationFinder(
            blocks,
            new ChangeStore(pool, blocks),
            new BlockOpener(sealing),
            new ObservationIdSource(keys),
            new SeriesStore(pool));
  }

  /** Length of the JSON of the newest hundred before a time. */
  public Uni<Integer> page(UUID organisation, UUID patient, long untilMillis) {
    return finder
        .search(
            organisation,
            new ObservationQuery(
                patient,
                List.of(),
                new TimeSpan(0, untilMillis),
                ObservationQuery.DEFAULT_COUNT,
                VitalBlockStore.Direction.NEWEST_FIRST,
                null))
        .map(
            page ->
                json.encode(
                        SearchBundle.of(
                            "https://localhost/fhir",
                            "https://localhost/fhir/Observation",
                            Optional.empty(),
                            page.found().stream()
                                .map(found -> ObservationEncoder.encode(organisation, found))
                                .toList()))
                    .length());
  }
}
