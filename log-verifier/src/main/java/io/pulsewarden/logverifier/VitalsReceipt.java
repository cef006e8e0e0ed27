package io.pulsewarden.logverifier;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A receipt for a message of a device (docs/formats/vitals-receipt.md): what it said, and that the
 * log has it as stored. Checked without the platform. Each thing that is wrong is told by the name
 * of the field where it shows.
 */
public final class VitalsReceipt {

  private static final String FORMAT = "pulsewarden-vitals-receipt-v1";
  private static final int MAX_BYTES = 16 << 20;

  private final Fields receipt;
  private final Fields range;
  private final UUID device;
  private final List<Fields> readings;

  private VitalsReceipt(Fields receipt, Fields range, UUID device, List<Fields> readings) {
    this.receipt = receipt;
    this.range = range;
    this.device = device;
    this.readings = readings;
  }

  /**
   * What was proven.
   *
   * @param index of the log's entry
   * @param checkpoint that has it
   */
  public record Proven(
      List<ProvenReading> readings, String place, long index, Checkpoint checkpoint) {
    public Proven {
      readings = List.copyOf(readings);
    }
  }

  /**
   * Reads a receipt.
   *
   * @throws BadLogException if it is none
   */
  public static VitalsReceipt parse(byte[] bytes) throws BadLogException {
    if (bytes.length > MAX_BYTES) {
      throw new BadLogException("the receipt is too long");
    }
    Fields receipt =
        Fields.of(
            "",
            StrictJson.read(utf8(bytes)),
            Set.of("format", "device", "storedRange", "readings", "log"));
    if (!receipt.text("format").equals(FORMAT)) {
      throw receipt.wrong("format", "is not " + FORMAT);
    }
    Fields range =
        Fields.of(
            "storedRange.",
            receipt.any("storedRange"),
            Set.of(
                "topic",
                "partition",
                "firstOffset",
                "lastOffset",
                "merkleRoot",
                "recordCount",
                "auditEvent"));
    List<Fields> readings = new ArrayList<>();
    for (Object reading : receipt.list("readings")) {
      readings.add(
          Fields.of(
              "readings[" + readings.size() + "].",
              reading,
              Set.of("record", "salt", "index", "path")));
    }
    if (readings.isEmpty()) {
      throw receipt.wrong("readings", "is empty");
    }
    return new VitalsReceipt(receipt, range, receipt.id("device"), readings);
  }

  private static String utf8(byte[] bytes) throws BadLogException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException notText) {
      throw new BadLogException("the receipt is not UTF-8");
    }
  }

  /** Whether the log's part was added. Without it nobody can tell whether the range was logged. */
  public boolean isComplete() {
    return receipt.any("log") != null;
  }

  /**
   * Checks all of it.
   *
   * @param key the log's, from elsewhere than from the receipt
   * @param quorum of these witnesses that must have cosigned
   * @throws BadLogException naming the first field that is not as it must be
   */
  public Proven verify(VerifierKey key, List<VerifierKey> witnesses, int quorum)
      throws BadLogException {
    Fields log = Fields.of("log.", receipt.any("log"), Set.of("entry", "proof"));
    byte[] entry = log.base64("entry");
    LogProof proof;
    Checkpoint checkpoint;
    try {
      proof = LogProof.parse(log.text("proof").getBytes(StandardCharsets.UTF_8));
      checkpoint = proof.verify(entry, key, witnesses, quorum);
    } catch (BadLogException bad) {
      throw new BadLogException(bad.index(), "log.proof: " + bad.getMessage());
    }
    matches(StoredRangeEntry.read(entry));
    List<ProvenReading> proven = new ArrayList<>();
    for (int i = 0; i < readings.size(); i++) {
      ProvenReading reading = reading("readings[" + i + "].", readings.get(i));
      if (i > 0 && !reading.subject().equals(proven.getFirst().subject())) {
        throw readings.get(i).wrong("record", "is about somebody else than the first");
      }
      proven.add(reading);
    }
    return new Proven(
        proven,
        "%s, partition %d, offsets %d to %d"
            .formatted(
                range.text("topic"),
                range.number("partition"),
                range.number("firstOffset"),
                range.number("lastOffset")),
        proof.index(),
        checkpoint);
  }

  /** The log's entry has the last word on the range. */
  private void matches(StoredRangeEntry entry) throws BadLogException {
    match("topic", range.text("topic").equals(entry.topic()));
    match("partition", range.number("partition") == entry.partition());
    match("firstOffset", range.number("firstOffset") == entry.firstOffset());
    match("lastOffset", range.number("lastOffset") == entry.lastOffset());
    match("merkleRoot", Arrays.equals(range.hash("merkleRoot"), entry.merkleRoot()));
    match("recordCount", range.number("recordCount") == entry.recordCount());
    match("auditEvent", range.id("auditEvent").toString().equals(entry.eventId()));
  }

  private void match(String name, boolean same) throws BadLogException {
    if (!same) {
      throw range.wrong(name, "is not what the log's entry says");
    }
  }

  private ProvenReading reading(String name, Fields fields) throws BadLogException {
    byte[] record = fields.base64("record");
    byte[] salt = fields.base64("salt");
    if (salt.length != Hashes.BYTES) {
      throw fields.bad("salt", "salt");
    }
    ProvenReading reading = ProvenReading.read(name + "record", record);
    if (!reading.device().equals(device)) {
      throw receipt.wrong("device", "is not the one of " + name + "record");
    }
    long index = fields.number("index");
    if (index >= range.number("recordCount")) {
      throw fields.wrong("index", "is not below storedRange.recordCount");
    }
    List<byte[]> path = new ArrayList<>();
    for (Object hash : fields.list("path")) {
      byte[] bytes = Fields.base64(hash);
      if (bytes == null || bytes.length != Hashes.BYTES) {
        throw fields.bad("path[" + path.size() + "]", "hash");
      }
      path.add(bytes);
    }
    byte[] leaf = Hashes.leaf(Hashes.sha256(salt, record));
    if (!Proofs.inclusion(
        index, 0, range.number("recordCount"), leaf, path, range.hash("merkleRoot"))) {
      throw fields.wrong(
          "path", "does not lead from record, salt and index to storedRange.merkleRoot");
    }
    return reading;
  }
}
