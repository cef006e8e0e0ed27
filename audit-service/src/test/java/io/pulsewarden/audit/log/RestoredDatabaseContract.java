package io.pulsewarden.audit.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A database that is older than what was published, or has another log. */
interface RestoredDatabaseContract extends LogContract {

  Duration SOON = Duration.ofSeconds(60);

  @Test
  default void shouldSignNothingWhileARestoredDatabaseIsBehindAndGoOnWhenItCaughtUp()
      throws Exception {
    // Given a backup, and a log that went on
    log().begin();
    runs().run("log", runs().records() / 4);
    log().backUp();
    runs().run("log", runs().records() * 3 / 4);
    long newest = runs().newest();

    // When the backup is restored, and read on for a while
    log().restore();
    Sequencer behind = runs().sequencer("log", runs().records() / 2);
    behind.run();

    // Then nothing is signed, and the service says why
    assertThat(behind.standing()).isEqualTo(Sequencer.Standing.BEHIND);
    assertThat(behind.standing().isReady()).isFalse();
    assertThat(behind.holds()).isFalse();
    assertThat(runs().newest()).isLessThan(newest);

    // And with the rest of the topic it is the same log again
    Sequencer caughtUp = runs().sequencer("log", Integer.MAX_VALUE);
    caughtUp.run();
    assertThat(caughtUp.standing()).isEqualTo(Sequencer.Standing.WORKING);
    assertThat(caughtUp.holds()).isTrue();
    runs().assertAllPublishedHold("log");
  }

  @Test
  default void shouldStopAtWhatAWitnessShowsWhenItsOwnFileIsLostAndAtNothingElse()
      throws Exception {
    // Given a database that was put back, and a service whose file is gone too
    log().begin();
    runs().run("log", runs().records() / 4);
    log().backUp();
    runs().run("log", runs().records() * 3 / 4);
    String published = log().current().newestSigned().orElseThrow().note();
    long newest = runs().newest();
    log().restore();
    long older = runs().newest();

    // When witnesses accuse it, and show what it never signed, or nothing that it does not have
    Sequencer believed = runs().sequencer("log", "lost", runs().records() / 3);
    String had = log().current().newestSigned().orElseThrow().note();
    believed.shown(List.of(runs().forged(newest), "", "nothing", had, had + "\u2014 else AAAA\n"));
    believed.run();

    // Then it goes on: no witness stops a log by its word
    assertThat(believed.standing()).isEqualTo(Sequencer.Standing.WORKING);
    assertThat(runs().newest()).isGreaterThan(older);
    long signed = runs().newest();

    // When one shows what the log's own key signed, whoever else signed that too
    Sequencer stopped = runs().sequencer("log", "lost", runs().records() / 2);
    stopped.shown(List.of(published + "\u2014 w.example/one AAAA\n", runs().forged(newest)));
    stopped.run();

    // Then nothing is signed, also by one that begins anew and is told nothing
    assertThat(stopped.standing()).isEqualTo(Sequencer.Standing.BEHIND);
    assertThat(stopped.holds()).isFalse();
    Sequencer anew = runs().sequencer("log", "lost", runs().records() / 2);
    anew.run();
    assertThat(anew.standing()).isEqualTo(Sequencer.Standing.BEHIND);
    assertThat(runs().newest()).isEqualTo(signed);

    // And all of it again once the log has what was published
    Sequencer caughtUp = runs().sequencer("log", "lost", Integer.MAX_VALUE);
    caughtUp.run();
    assertThat(caughtUp.holds()).isTrue();
    assertThat(log().leaves()).isEqualTo(runs().expected());
    runs().assertAllPublishedHold("log");
  }

  @Test
  default void shouldStopWhenAWitnessShowsThatItSignedAnotherLog() throws Exception {
    // Given a published log, and a database that was made from another topic, with no file left
    LogState first = log().begin();
    runs().run("log", runs().records() / 4);
    String key = first.verifierKey().orElseThrow();
    String published = first.newestSigned().orElseThrow().note();
    runs().anotherTopic();
    log().begin().storeIdentity(key);
    runs().sequencer("log", "lost", Integer.MAX_VALUE).run();

    // When
    Sequencer sequencer = runs().sequencer("log", "lost", Integer.MAX_VALUE);
    sequencer.shown(List.of(published));
    sequencer.run();

    // Then
    assertThat(sequencer.standing()).isEqualTo(Sequencer.Standing.CONTRADICTED);
    assertThat(sequencer.holds()).isFalse();
  }

  @Test
  default void shouldNoticeThatAnOlderDatabaseWasPutBackWhileItRuns() throws Exception {
    // Given a sequencer at work that reads no further than this, and once more after it began anew
    int records = runs().records();
    log().begin();
    runs().run("log", records / 4);
    log().backUp();
    ScriptReader.Gate first = new ScriptReader.Gate(records / 2);
    ScriptReader.Gate anew = new ScriptReader.Gate(records / 3);
    Iterator<ScriptReader.Gate> gates = List.of(first, anew, anew, anew).iterator();
    Sequencer sequencer = runs().sequencer("log", offset -> runs().reader(offset, gates.next()));
    Thread thread = Thread.ofPlatform().start(sequencer);
    try {
      await().atMost(SOON).until(() -> log().current().head().nextOffset() == records / 2);
      await().atMost(SOON).until(() -> sequencer.standing() == Sequencer.Standing.WORKING);

      // When the backup takes the database's place, and another record comes
      log().restore();
      first.open(records / 2 + 1);

      // Then it notices, reads the topic again, and signs nothing before it has what was published
      await().atMost(SOON).until(() -> sequencer.standing() == Sequencer.Standing.BEHIND);
      assertThat(sequencer.holds()).isFalse();
      await().atMost(SOON).until(() -> log().current().head().nextOffset() == records / 3);
      assertThat(sequencer.standing()).isEqualTo(Sequencer.Standing.BEHIND);

      // And goes on when it has
      anew.open(records);
      await().atMost(SOON).until(() -> runs().newest() == runs().expected().size());
      assertThat(sequencer.holds()).isTrue();
    } finally {
      sequencer.stop();
      first.open(records);
      anew.open(records);
      thread.join();
    }
    assertThat(log().leaves()).isEqualTo(runs().expected());
    runs().assertAllPublishedHold("log");
  }

  @Test
  default void shouldShowAgainWhatAnotherInstanceCaughtUpWith() throws Exception {
    // Given a database that was put back, an instance that found it behind, and one that never led
    int records = runs().records();
    log().begin();
    runs().run("log", records / 4);
    log().backUp();
    runs().run("log", records * 3 / 4);
    log().restore();
    AtomicBoolean leads = new AtomicBoolean(true);
    ScriptReader.Gate gate = new ScriptReader.Gate(records / 2);
    Sequencer first = runs().sequencer("log", leads::get, at -> runs().reader(at, gate));
    Sequencer never = runs().sequencer("log", () -> false, at -> runs().reader(at, gate));
    List<Thread> threads =
        List.of(Thread.ofPlatform().start(first), Thread.ofPlatform().start(never));
    try {
      await().atMost(SOON).until(() -> log().current().head().nextOffset() == records / 2);
      for (Sequencer one : List.of(first, never)) {
        await().atMost(SOON).until(() -> one.standing() == Sequencer.Standing.BEHIND);
        assertThat(one.holds()).isFalse();
      }

      // When the one loses its lease, and another instance catches up with the topic
      leads.set(false);
      runs().sequencer("log", "another").run();
      gate.open(records);

      // Then both know that the database has what was published
      for (Sequencer one : List.of(first, never)) {
        await().atMost(SOON).until(() -> one.standing() == Sequencer.Standing.WAITING);
        assertThat(one.holds()).isTrue();
      }
    } finally {
      leads.set(false);
      first.stop();
      never.stop();
      gate.open(records);
      for (Thread thread : threads) {
        thread.join();
      }
    }
    runs().assertAllPublishedHold("log");
  }

  @Test
  default void shouldStopWhenTheDatabaseHasAnotherLogThanWasPublished() throws Exception {
    // Given a published log, and a database that was made from another topic
    LogState first = log().begin();
    runs().run("log", runs().records() / 4);
    String key = first.verifierKey().orElseThrow();
    runs().anotherTopic();
    log().begin().storeIdentity(key);

    // When
    Sequencer sequencer = runs().sequencer("log", 6);
    sequencer.run();
    Sequencer beyond = runs().sequencer("log", Integer.MAX_VALUE);
    beyond.run();

    // Then
    assertThat(sequencer.standing()).isEqualTo(Sequencer.Standing.BEHIND);
    assertThat(beyond.standing()).isEqualTo(Sequencer.Standing.CONTRADICTED);
    assertThat(beyond.holds()).isFalse();
    assertThat(log().current().newestSigned()).isEmpty();
  }
}
