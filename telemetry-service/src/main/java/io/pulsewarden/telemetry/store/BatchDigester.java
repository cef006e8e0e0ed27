package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.AuditEvents;
import io.pulsewarden.contracts.audit.v1.Agent;
import io.pulsewarden.contracts.audit.v1.AuditAction;
import io.pulsewarden.contracts.audit.v1.AuditEvent;
import io.pulsewarden.contracts.audit.v1.AuditOutcome;
import io.pulsewarden.contracts.audit.v1.Entity;
import io.pulsewarden.contracts.audit.v1.StoredRange;
import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.GivenUpDevices;
import io.pulsewarden.telemetry.keys.KeyAnswer;
import io.pulsewarden.telemetry.keys.KeyRequest;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.store.StoredBatch.SeriesRow;
import io.pulsewarden.telemetry.store.VitalsSink.OpenBlock;
import io.pulsewarden.telemetry.vitals.CanonicalRecord;
import io.pulsewarden.telemetry.vitals.Reading;
import io.smallrye.mutiny.Uni;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/**
 * What has to be known of opened blocks before they are written: the series they belong to, and the
 * Merkle root over their records (docs/formats/stored-range.md). Thread-safe.
 */
final class BatchDigester {

  private final BaseKeys keys;
  private final AuditEvents events;
  private final Agent self;
  private final GivenUpDevices givenUp;

  /**
   * @param givenUp without whose receipt keys it goes on: what they hold is not stored then
   */
  BatchDigester(BaseKeys keys, AuditEvents events, Agent self, GivenUpDevices givenUp) {
    this.keys = keys;
    this.events = events;
    this.self = self;
    this.givenUp = givenUp;
  }

  /** What the blocks come to; those of subjects erased meanwhile are no longer among them. */
  Uni<Digest> digest(List<OpenBlock> blocks) {
    List<KeyRequest> requests =
        blocks.stream()
            .flatMap(open -> Stream.of(receiptKey(open.block()), idKey(open.block())))
            .distinct()
            .map(KeyRequest.class::cast)
            .toList();
    return Uni.createFrom()
        .completionStage(() -> keys.all(requests))
        .map(answers -> digest(blocks, requests, answers));
  }

  private Digest digest(
      List<OpenBlock> blocks, List<KeyRequest> requests, List<KeyAnswer> answers) {
    try (Keys held = new Keys()) {
      for (int i = 0; i < requests.size(); i++) {
        KeyRequest request = requests.get(i);
        if (answers.get(i) instanceof KeyAnswer.Unusable && isGivenUp(request)) {
          held.givenUp.add(request);
        } else {
          held.take(request, answers.get(i));
        }
      }
      held.requireAll();
      Digest digest = new Digest();
      blocks.forEach(open -> add(open, held, digest));
      return digest;
    }
  }

  private boolean isGivenUp(KeyRequest request) {
    return request instanceof KeyRequest.Current(KeySubject subject, Purpose _)
        && subject.kind() == KeySubject.Kind.DEVICE
        && givenUp.has(subject.id());
  }

  private static void add(OpenBlock open, Keys held, Digest digest) {
    StoredBlock block = open.block();
    if (held.givenUp.contains(receiptKey(block))) {
      digest.givenUp.add(block);
      return;
    }
    RecordProof.Salts salts = held.salts.get(receiptKey(block));
    ObservationIdKeys ids = held.ids.get(idKey(block));
    if (salts == null || ids == null) {
      return; // Erased between the opening and now.
    }
    digest.blocks.add(block);
    digest.leaves.add(block.offset(), open.content().readings().size());
    for (Reading reading : open.content().readings()) {
      CanonicalRecord record =
          new CanonicalRecord(block.subject(), block.source(), block.device(), reading);
      byte[] bytes = record.bytes();
      digest.entries.add(RecordProof.entry(digest.sha256, salts.of(bytes), bytes));
      if (!block.heldByDevice() && digest.isNewCode(block, reading.code())) {
        digest.series.add(
            new SeriesRow(
                ids.series(block.subject(), block.source(), block.device(), reading.code()),
                block.organisation(),
                block.subject(),
                block.device(),
                block.source()));
      }
    }
  }

  private static KeyRequest.Current receiptKey(StoredBlock block) {
    return new KeyRequest.Current(
        block.heldByDevice()
            ? KeySubject.device(block.organisation(), block.subject())
            : KeySubject.patient(block.organisation(), block.subject()),
        Purpose.RECEIPT);
  }

  private static KeyRequest.Current idKey(StoredBlock block) {
    return new KeyRequest.Current(
        KeySubject.organisation(block.organisation()), Purpose.OBSERVATION_ID);
  }

  /** Keys for as long as one batch is worked on. */
  private static final class Keys implements AutoCloseable {

    private final Map<KeyRequest, RecordProof.Salts> salts = new HashMap<>();
    private final Map<KeyRequest, ObservationIdKeys> ids = new HashMap<>();
    private final Set<KeyRequest> givenUp = new HashSet<>();
    private boolean refused;

    private void take(KeyRequest request, KeyAnswer answer) {
      switch (answer) {
        case KeyAnswer.Available(BaseKey key) -> {
          try (key) {
            if (request.purpose() == Purpose.RECEIPT) {
              salts.put(request, new RecordProof.Salts(key));
            } else {
              ids.put(request, ObservationIdKeys.of(key));
            }
          }
        }
        case KeyAnswer.Erased() -> {}
        case KeyAnswer.Unknown(), KeyAnswer.Denied(), KeyAnswer.Unusable() -> refused = true;
      }
    }

    // After all were taken, so that all are closed.
    private void requireAll() {
      if (refused) {
        throw new KeysUnavailableException("a key of the store was not handed out", null);
      }
    }

    @Override
    public void close() {
      ids.values().forEach(ObservationIdKeys::close);
    }
  }

  /** What is to be written of the blocks, and told of them. */
  final class Digest {

    private final List<StoredBlock> blocks = new ArrayList<>();
    private final List<StoredBlock> givenUp = new ArrayList<>();
    private final SequencedSet<SeriesRow> series = new LinkedHashSet<>();
    private final Map<SeriesOf, Set<String>> codes = new HashMap<>();
    private final List<byte[]> entries = new ArrayList<>();
    private final MessageDigest sha256 = MerkleTree.sha256();
    private final RangeLeaves.Builder leaves = new RangeLeaves.Builder();

    /** Whose series, but for the code. */
    private record SeriesOf(UUID organisation, UUID patient, UUID source, UUID device) {}

    /** Whether no series of this code was seen yet: its id is derived once a batch. */
    private boolean isNewCode(StoredBlock block, String code) {
      return codes
          .computeIfAbsent(
              new SeriesOf(block.organisation(), block.subject(), block.source(), block.device()),
              _ -> new HashSet<>())
          .add(code);
    }

    List<StoredBlock> blocks() {
      return List.copyOf(blocks);
    }

    /** Those that can't be proven, and whose device was given up. */
    List<StoredBlock> givenUp() {
      return List.copyOf(givenUp);
    }

    long recordCount() {
      return entries.size();
    }

    StoredBatch batch(
        TopicPartition partition,
        long expected,
        long first,
        long last,
        List<UnreadableMessage> unreadable,
        List<StoredBlock> putAside) {
      List<byte[]> hashes = MerkleTree.leaves(entries);
      ByteString root = ByteString.copyFrom(MerkleTree.rootOfLeaves(hashes));
      return new StoredBatch(
          partition.topic(),
          partition.partition(),
          expected,
          first,
          last,
          blocks,
          unreadable,
          List.copyOf(series),
          root,
          entries.size(),
          leaves.of(hashes),
          event(
              StoredRange.newBuilder()
                  .setTopic(partition.topic())
                  .setPartition(partition.partition())
                  .setFirstOffset(first)
                  .setLastOffset(last)
                  .setMerkleRoot(root)
                  .setRecordCount(entries.size())
                  .build()),
          givenUp(putAside).toList());
    }

    /** One for each device. */
    private Stream<AuditEvent> givenUp(List<StoredBlock> putAside) {
      return putAside.stream().collect(Collectors.groupingBy(StoredBlock::device)).values().stream()
          .map(
              ofDevice ->
                  events
                      .event(
                          AuditAction.AUDIT_ACTION_READINGS_GIVEN_UP,
                          AuditOutcome.AUDIT_OUTCOME_SUCCESS,
                          ofDevice.getFirst().organisation(),
                          self)
                      .setReasonCode(UnreadableMessage.UNUSABLE_KEY)
                      .addEntity(
                          Entity.newBuilder()
                              .setType("Device")
                              .setId(ofDevice.getFirst().device().toString())
                              .setCount(1))
                      .addEntity(Entity.newBuilder().setType("HeldBlock").setCount(ofDevice.size()))
                      .build());
    }

    /**
     * A range of one organisation names its patients. A mixed one names neither: nobody may see
     * another organisation's patients in it.
     */
    private AuditEvent event(StoredRange range) {
      List<UUID> organisations = blocks.stream().map(StoredBlock::organisation).distinct().toList();
      AuditEvent.Builder event =
          events
              .event(
                  AuditAction.AUDIT_ACTION_VITALS_STORED,
                  AuditOutcome.AUDIT_OUTCOME_SUCCESS,
                  organisations.isEmpty() ? new UUID(0, 0) : organisations.getFirst(),
                  self)
              .setStoredRange(range);
      if (organisations.size() != 1) {
        return event.clearOrganisationId().build();
      }
      blocks.stream()
          .filter(block -> !block.heldByDevice())
          .map(block -> block.subject().toString())
          .distinct()
          .forEach(event::addPatientId);
      return event.build();
    }
  }
}
