package io.pulsewarden.telemetry.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a device sent and was sent.
 *
 * @param session its newest session; absent if it never had one
 * @param configuration absent if it never had one
 * @param messages its latest, the latest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeliveryView(
    UUID deviceId,
    @Nullable Session session,
    @Nullable Configuration configuration,
    List<Message> messages) {

  /**
   * A session.
   *
   * @param disconnectedAt absent while the device is connected, as far as is known
   * @param endReason such as {@code device-left} or {@code connection-lost}
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Session(
      OffsetDateTime connectedAt,
      @Nullable OffsetDateTime disconnectedAt,
      @Nullable String endReason) {}

  /**
   * What the device is to be set to, and what it says that it is.
   *
   * @param version of the registry's newest
   * @param acknowledgedVersion the highest that the device acknowledged
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Configuration(
      @Nullable Long version,
      @Nullable Long acknowledgedVersion,
      @Nullable OffsetDateTime acknowledgedAt) {}

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
