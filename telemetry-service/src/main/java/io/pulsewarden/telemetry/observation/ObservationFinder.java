package io.pulsewarden.telemetry.observation;

import io.pulsewarden.telemetry.store.BlockOpener;
import io.pulsewarden.telemetry.store.ChangeStore;
import io.pulsewarden.telemetry.store.ObservationIdKeys;
import io.pulsewarden.telemetry.store.ObservationIdSource;
import io.pulsewarden.telemetry.store.SeriesStore;
import io.pulsewarden.telemetry.store.SeriesStore.Series;
import io.pulsewarden.telemetry.store.Snapshots;
import io.pulsewarden.telemetry.store.StoredBlock;
import io.pulsewarden.telemetry.store.VitalBlockStore;
import io.pulsewarden.telemetry.store.VitalBlockStore.Direction;
import io.pulsewarden.telemetry.store.VitalBlockStore.Span;
import io.pulsewarden.telemetry.vitals.SourcedReading;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Finds readings in a patient's sealed blocks. It decides nothing about who may see them: that is
 * done before. Thread-safe; answers may come on any thread.
 */
public final class ObservationFinder {

  private final VitalBlockStore blocks;
  private final BlockOpener opener;
  private final BlockOpener inHand;
  private final ObservationIdSource ids;
  private final SeriesStore series;
  private final ChangeFinder changes;

  public ObservationFinder(
      VitalBlockStore blocks,
      ChangeStore changes,
      BlockOpener opener,
      ObservationIdSource ids,
      SeriesStore series) {
    this.changes = new ChangeFinder(changes, opener, ids);
    this.blocks = blocks;
    this.opener = opener;
    this.inHand = opener.inHand();
    this.ids = ids;
    this.series = series;
  }

  /**
   * One page.
   *
   * @param more whether another one follows
   */
  record Page(List<Found> found, boolean more) {
    static Page of(List<Found> found, int count) {
      return found.size() > count
          ? new Page(found.subList(0, count), true)
          : new Page(found, false);
    }
  }

  /** What an id names, whether or not there is such a reading. */
  record Named(Series series, ObservationIdKeys.Position position) {}

  /** One page of a search of either kind. */
  Uni<Page> search(UUID organisation, ObservationSearch search) {
    return switch (search) {
      case ObservationQuery query -> byDate(organisation, query);
      case ChangeQuery query -> changes.search(organisation, query);
    };
  }

  private Uni<Page> byDate(UUID organisation, ObservationQuery query) {
    if (query.remaining().isEmpty()) {
      return Uni.createFrom().item(new Page(List.of(), false));
    }
    return ids.with(
        organisation,
        keys -> {
          Walk walk = new Walk(query, keys);
          // Nearly always one statement is all that a page needs; more have to see one moment.
          return step(blocks, opener, organisation, query, walk)
              .chain(
                  done ->
                      done
                          ? Uni.createFrom().item(Page.of(walk.settled(), query.count()))
                          : Snapshots.with(
                              () ->
                                  blocks.inSnapshot(
                                      snapshot ->
                                          whole(
                                              snapshot,
                                              organisation,
                                              query,
                                              new Walk(query, keys)))));
        });
  }

  private Uni<Page> whole(
      VitalBlockStore snapshot, UUID organisation, ObservationQuery query, Walk walk) {
    return Multi.createBy()
        .repeating()
        .uni(() -> step(snapshot, inHand, organisation, query, walk))
        .whilst(done -> !done)
        .collect()
        .last()
        .map(done -> Page.of(walk.settled(), query.count()));
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
    return at(organisation, named.series().patient(), new TreeSet<>(Set.of(time)))
        .map(found -> found.stream().filter(one -> one.id().equals(id)).findFirst());
  }

  /**
   * Observation ids of the readings that a patient's block holds, in order of time: all of them.
   *
   * @param block of a patient, not on hold
   */
  public Uni<List<String>> idsIn(StoredBlock block) {
    return opener
        .open(List.of(block))
        .chain(
            opened -> {
              Set<SourcedReading> held =
                  opened.stream()
                      .flatMap(content -> content.readings().stream())
                      .collect(Collectors.toSet());
              NavigableSet<Long> times =
                  held.stream()
                      .map(one -> one.reading().timeMillis())
                      .collect(Collectors.toCollection(TreeSet::new));
              return at(block.organisation(), block.subject(), times)
                  .map(
                      found ->
                          found.stream()
                              .filter(one -> held.contains(one.reading().reading()))
                              .map(Found::id)
                              .toList());
            });
  }

  /** All readings of these moments, in order of time. */
  private Uni<List<Found>> at(UUID organisation, UUID patient, NavigableSet<Long> times) {
    return times.isEmpty()
        ? Uni.createFrom().item(List.of())
        : onwards(
            organisation,
            new ObservationQuery(
                patient,
                List.of(),
                new TimeSpan(times.first(), times.last()),
                ObservationQuery.MAX_COUNT,
                Direction.OLDEST_FIRST,
                null),
            times,
            new ArrayList<>());
  }

  private Uni<List<Found>> onwards(
      UUID organisation, ObservationQuery query, NavigableSet<Long> times, List<Found> gathered) {
    return byDate(organisation, query)
        .chain(
            page -> {
              page.found().stream()
                  .filter(one -> times.contains(one.keyset().timeMillis()))
                  .forEach(gathered::add);
              return following(query, page, times)
                  .map(next -> onwards(organisation, next, times, gathered))
                  .orElseGet(() -> Uni.createFrom().item(gathered));
            });
  }

  /**
   * The next page on which there may be one of these moments: what is between them is passed by.
   */
  private static Optional<ObservationQuery> following(
      ObservationQuery query, Page page, NavigableSet<Long> times) {
    if (!page.more()) {
      return Optional.empty();
    }
    Keyset last = page.found().getLast().keyset();
    Long next = times.ceiling(last.timeMillis());
    if (next == null) {
      return Optional.empty();
    }
    return Optional.of(next == last.timeMillis() ? query.continuedAfter(last) : query.from(next));
  }

  private Uni<Boolean> step(
      VitalBlockStore from,
      BlockOpener with,
      UUID organisation,
      ObservationQuery query,
      Walk walk) {
    TimeSpan span = query.remaining();
    return from.walk(
            new Span(organisation, query.patient(), span.fromMillis(), span.untilMillis()),
            query.direction(),
            walk.last(),
            walk.step())
        .chain(rows -> open(with, rows, 1, rows.size() < walk.step(), walk))
        .invoke(done -> walk.goOn());
  }

  /** Opens as many of the rows as are needed, twice as many compacted ones each time. */
  private static Uni<Boolean> open(
      BlockOpener with, List<StoredBlock> rows, int compacted, boolean lastStep, Walk walk) {
    int portion = Walk.portion(rows, compacted);
    List<StoredBlock> now = rows.subList(0, portion);
    List<StoredBlock> then = rows.subList(portion, rows.size());
    return with.open(now, walk.wanted())
        .chain(
            contents -> {
              walk.add(now, contents, lastStep && then.isEmpty());
              boolean done = walk.done();
              return done || then.isEmpty()
                  ? Uni.createFrom().item(done)
                  : open(with, then, 2 * compacted, lastStep, walk);
            });
  }
}
