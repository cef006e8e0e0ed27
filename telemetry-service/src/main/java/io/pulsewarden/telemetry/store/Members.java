package io.pulsewarden.telemetry.store;

import com.google.protobuf.ByteString;
import io.pulsewarden.telemetry.vitals.Change;
import io.pulsewarden.telemetry.vitals.CompactedBlock;
import io.pulsewarden.telemetry.vitals.VitalBlock;
import java.util.List;
import java.util.Set;

/** What a row of vital_block holds: itself, or the blocks that were compacted into it. */
public final class Members {

  private Members() {}

  /** A block and what is in it. A member of a compacted row has no envelope of its own. */
  public record Member(StoredBlock block, VitalBlock content) {}

  /**
   * Those of a row.
   *
   * @param plaintext of its envelope
   */
  public static List<Member> of(StoredBlock row, byte[] plaintext) {
    if (!row.compacted()) {
      return List.of(new Member(row, VitalBlock.decode(plaintext)));
    }
    CompactedBlock compacted = CompactedBlock.decode(plaintext);
    return compacted.members().stream().map(member -> member(row, compacted, member)).toList();
  }

  private static Member member(
      StoredBlock row, CompactedBlock compacted, CompactedBlock.Member member) {
    VitalBlock content = compacted.block(member);
    return new Member(block(row, compacted, member, content), content);
  }

  private static StoredBlock block(
      StoredBlock row, CompactedBlock compacted, CompactedBlock.Member member, VitalBlock content) {
    return new StoredBlock(
        row.partition(),
        member.offset(),
        row.organisation(),
        false,
        row.subject(),
        row.source(),
        row.device(),
        content.firstTimeMillis(),
        content.lastTimeMillis(),
        compacted.schemaVersion(),
        row.assignment(),
        row.assignmentVersion(),
        member.receivedAtMillis(),
        member.deviceVersion(),
        Set.of(),
        new Change(member.committedMicros(), row.partition(), member.offset()),
        ByteString.EMPTY);
  }

  /** A member of a compacted row, of which some readings are wanted. */
  static StoredBlock block(StoredBlock row, int schemaVersion, CompactedBlock.Part part) {
    return new StoredBlock(
        row.partition(),
        part.offset(),
        row.organisation(),
        false,
        row.subject(),
        row.source(),
        row.device(),
        part.firstTimeMillis(),
        part.lastTimeMillis(),
        schemaVersion,
        row.assignment(),
        row.assignmentVersion(),
        part.receivedAtMillis(),
        part.deviceVersion(),
        Set.of(),
        new Change(part.committedMicros(), row.partition(), part.offset()),
        ByteString.EMPTY);
  }
}
