package io.pulsewarden.telemetry.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A device's latest messages, the latest first. */
public record DeliveryView(UUID deviceId, List<Message> messages) {

  /**
   * One message and its way.
   *
   * @param held nobody wore the device: the readings wait for an assignment
   * @param observations FHIR ids of the readings; absent where the caller may not see them
   * @param storedRange as the audit log has it
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Message(
      Instant receivedAt,
      String topic,
      int partition,
      long offset,
      OffsetDateTime committedAt,
      boolean held,
      @Nullable List<String> observations,
      @Nullable Range storedRange) {}

  /**
   * Offsets [first, last] that the audit log knows to be stored.
   *
   * @param merkleRoot 32 bytes in hex; docs/formats/stored-range.md
   * @param auditEventId of the VITALS_STORED event
   */
  public record Range(
      long firstOffset, long lastOffset, String merkleRoot, long recordCount, UUID auditEventId) {}
}
