package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.BlockOpener;
import io.pulsewarden.telemetry.store.ObservationIdKeys;
import io.pulsewarden.telemetry.store.ObservationIdSource;
import io.pulsewarden.telemetry.store.SeriesStore;
import io.pulsewarden.telemetry.store.SeriesStore.Series;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import io.pulsewarden.telemetry.store.VitalBlockStore.Span;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds readings in a patient's sealed blocks. It decides nothing about who may see them: that is
 * done before. Thread-safe; answers may come on any thread.
 */
public final class ObservationFinder {

  private final VitalBlockStore blocks;
  private final BlockOpener opener;
  private final ObservationIdSource ids;
  private final SeriesStore series;

  public ObservationFinder(
      VitalBlockStore blocks, BlockOpener opener, ObservationIdSource ids, SeriesStore series) {
    this.blocks = blocks;
    this.opener = opener;
    this.ids = ids;
    this.series = series;
  }

  /**
   * One page.
   *
   * @param more whether another one follows
   */
  record Page(List<Found> found, boolean more) {}

  /** What an id names, whether or not there is such a reading. */
  record Named(Series series, ObservationIdKeys.Position position) {}

  Uni<Page> search(UUID organisation, ObservationQuery query) {
    if (query.remaining().isEmpty()) {
      return Uni.createFrom().item(new Page(List.of(), false));
    }
    return ids.with(
        organisation,
        keys -> {
          Walk walk = new Walk(query, keys);
          return Multi.createBy()
              .repeating()
              .uni(() -> step(organisation, query, walk))
              .whilst(done -> !done)
              .collect()
              .last()
              .map(done -> page(walk.settled(), query.count()));
        });
  }

  /** Empty if the id has not the form of one, or leads to no series of the organisation. */
  Uni<Optional<Named>> locate(UUID organisation, String id) {
    return ids.with(organisation, keys -> Uni.createFrom().item(keys.decode(id)))
        .chain(
            position ->
                position.isEmpty()
                    ? Uni.createFrom().item(Optional.<Named>empty())
                    : series
                        .find(organisation, position.get().series())
                        .map(found -> found.map(one -> new Named(one, position.get()))));
  }

  /** The reading with this id among those of its moment. */
  Uni<Optional<Found>> read(UUID organisation, Named named, String id) {
    long time = named.position().timeMillis();
    return all(organisation, named.series().patient(), new TimeSpan(time, time))
        .map(found -> found.stream().filter(one -> one.id().equals(id)).findFirst());
  }

  /**
   * Observation ids of the readings that a patient's block holds, in order of time.
   *
   * @param block of a patient, not on hold
   */
  public Uni<List<String>> idsIn(StoredBlock block) {
    TimeSpan span = new TimeSpan(block.firstTimeMillis(), block.lastTimeMillis());
    return opener
        .open(List.of(block))
        .chain(
            opened ->
                all(block.organisation(), block.subject(), span)
                    .map(
                        found ->
                            found.stream()
                                .filter(
                                    one ->
                                        opened
                                            .getFirst()
                                            .readings()
                                            .contains(one.reading().reading()))
                                .map(Found::id)
                                .toList()));
  }

  private Uni<List<Found>> all(UUID organisation, UUID patient, TimeSpan span) {
    ObservationQuery query =
        new ObservationQuery(
            patient, List.of(), span, ObservationQuery.MAX_COUNT, Direction.OLDEST_FIRST, null);
    return search(organisation, query).map(Page::found);
  }

  private Uni<Boolean> step(UUID organisation, ObservationQuery query, Walk walk) {
    TimeSpan span = query.remaining();
    return blocks
        .walk(
            new Span(organisation, query.patient(), span.fromMillis(), span.untilMillis()),
            query.direction(),
            walk.last(),
            walk.step())
        .chain(opener::open)
        .map(
            opened -> {
              walk.add(opened);
              return walk.done();
            });
  }

  private static Page page(List<Found> settled, int count) {
    return settled.size() > count
        ? new Page(settled.subList(0, count), true)
        : new Page(settled, false);
  }
}
