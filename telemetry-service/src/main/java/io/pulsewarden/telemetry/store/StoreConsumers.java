package io.pulsewarden.telemetry.store;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Makes Kafka clients for {@link DatabaseOffsetConsumer}. */
public final class StoreConsumers {

  /** Few enough that slow batches, one after the other, are over before the group gives it up. */
  private static final int POLLED = 4 * PartitionRecords.BATCH;

  /**
   * Enough for batches of several partitions: a client hands out all that it fetched of one before
   * it goes to the next, and a mebibyte is more than a thousand messages of ten readings.
   */
  private static final int GATHERED = 16 * PartitionRecords.BATCH;

  /**
   * How long the broker waits for more to come: a transaction of a few messages costs nearly what
   * one of fifty does, and without this the store would use all that the machine has left for
   * transactions that get smaller the faster it is.
   */
  private static final int GATHERED_MILLIS = 100;

  private static final int GATHERED_BYTES = 1024 * 1024;

  private StoreConsumers() {}

  /**
   * The same as {@link #create}, for a busy topic: what comes within a tenth of a second is brought
   * at once.
   */
  static Consumer<byte[], byte @Nullable []> createGathering(
      Map<String, Object> kafka, String group) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, GATHERED_MILLIS);
    settings.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, GATHERED_BYTES);
    settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, GATHERED);
    return create(settings, group);
  }

  /**
   * A client of its own, to be closed by whoever asked.
   *
   * @param kafka connection properties
   * @param group whose instances share the partitions; begins with the service's name
   */
  public static Consumer<byte[], byte @Nullable []> create(
      Map<String, Object> kafka, String group) {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Positions come from the database; this is for the moment before it has been asked.
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLLED);
    // The system's own, which grows: one of 64 KiB is filled by what is not read at once, and then
    // waits for the sender's next attempt.
    settings.put(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
    settings.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return new KafkaConsumer<byte[], byte @Nullable []>(
        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
