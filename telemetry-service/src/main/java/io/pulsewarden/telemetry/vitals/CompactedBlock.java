package io.pulsewarden.telemetry.vitals;

import java.util.List;
import java.util.Optional;

/**
 * Blocks of one subject, source, device and assignment that stand together in the store: the
 * plaintext of a compacted row, docs/formats/compacted-block.md. What each block was can be told
 * from it, byte for byte, but for the envelope that it had.
 *
 * @param schemaVersion of the blocks, all of them
 * @param worn by which assignment they are a patient's; absent in blocks of the first schema
 * @param members in order of offset, 1 to 65,535
 */
public record CompactedBlock(int schemaVersion, Optional<Worn> worn, List<Member> members) {

  /** Of a row whose plaintext is this. */
  public static final int SCHEMA_VERSION = 3;

  static final int MAX_MEMBERS = 65_535;

  /**
   * One block.
   *
   * @param offset of its message in Kafka
   * @param committedMicros when the database had it, Unix time in microseconds
   */
  public record Member(
      long offset,
      long receivedAtMillis,
      long committedMicros,
      long deviceVersion,
      boolean skewed,
      List<Reading> readings) {

    public Member {
      readings = List.copyOf(readings);
      if (readings.isEmpty() || readings.size() > VitalBlock.MAX_READINGS) {
        throw new IllegalArgumentException("a block has 1 to 65,535 readings");
      }
    }

    @Override
    public String toString() {
      return "Member[" + readings.size() + " readings]";
    }
  }

  public CompactedBlock {
    members = List.copyOf(members);
    if (members.isEmpty() || members.size() > MAX_MEMBERS) {
      throw new IllegalArgumentException("a compacted block has 1 to 65,535 members");
    }
    if (schemaVersion
        != (worn.isPresent() ? VitalBlock.WORN_SCHEMA_VERSION : VitalBlock.SCHEMA_VERSION)) {
      throw new IllegalArgumentException("the schema version does not fit");
    }
    for (int i = 1; i < members.size(); i++) {
      if (members.get(i).offset() <= members.get(i - 1).offset()) {
        throw new IllegalArgumentException("members are in order of offset");
      }
    }
  }

  /** The block that the member was. */
  public VitalBlock block(Member member) {
    return new VitalBlock(member.skewed(), member.readings(), worn);
  }

  /** Deflated where that is shorter. */
  public byte[] encode() {
    return Deflation.pack(CompactedWriter.write(this));
  }

  /**
   * Reads what {@link #encode} writes.
   *
   * @throws MalformedBlockException for any other bytes
   */
  public static CompactedBlock decode(byte[] bytes) {
    return CompactedReader.read(Deflation.unpack(bytes));
  }

  /**
   * A block of which some readings are wanted.
   *
   * @param firstTimeMillis of all of its readings
   * @param lastTimeMillis of all of its readings
   * @param positions of the wanted readings among them, from 0
   * @param readings that are wanted
   */
  @SuppressWarnings("ArrayRecordComponent") // A carrier to be taken apart; nobody compares two.
  public record Part(
      long offset,
      long receivedAtMillis,
      long committedMicros,
      long deviceVersion,
      long firstTimeMillis,
      long lastTimeMillis,
      int[] positions,
      List<Reading> readings) {

    @Override
    public String toString() {
      return "Part[" + readings.size() + " readings]";
    }
  }

  /**
   * Those blocks that have wanted readings. What is not wanted is passed over, not made.
   *
   * @param schemaVersion of the blocks, all of them
   */
  public record Parts(int schemaVersion, List<Part> parts) {}

  /**
   * Of what {@link #encode} writes, that which is wanted.
   *
   * @throws MalformedBlockException for bytes that end too early or too late, or say what no block
   *     may; what is not wanted is not looked at more closely
   */
  public static Parts select(byte[] bytes, Wanted wanted) {
    return CompactedReader.select(Deflation.unpack(bytes), wanted);
  }

  @Override
  public String toString() {
    return "CompactedBlock[" + members.size() + " members]";
  }
}
