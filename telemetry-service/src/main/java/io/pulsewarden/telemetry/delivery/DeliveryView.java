package io.pulsewarden.telemetry.delivery;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a device sent and was sent.
 *
 * @param session its newest session; absent if it never had one, and for those who may see none of
 *     who wore the device then
 * @param configuration absent if it never had one, and where the session is
 * @param numbering absent if the device does not number its messages
 * @param refused absent for those who may not see the device
 * @param lag of the newest message; absent if there is none
 * @param messages its latest, the latest first
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record DeliveryView(
    UUID deviceId,
    @Nullable Session session,
    @Nullable Configuration configuration,
    @Nullable Numbering numbering,
    @Nullable Refused refused,
    @Nullable Lag lag,
    List<Message> messages) {

  /** Nothing but that the caller may ask. */
  static DeliveryView nothing(UUID device) {
    return new DeliveryView(device, null, null, null, null, null, List.of());
  }

  /**
   * What of the device's numbered messages has come. The counts are of all who ever wore it: those
   * who may see some of them alone don't see the counts, and of what is missing the times of those.
   *
   * @param run how often the numbering began anew
   * @param newest the highest number of this run
   * @param received messages that have come, in all runs
   * @param late of those, how many came after later ones
   * @param missing the newest first
   * @param more whether there are older ones
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Numbering(
      @Nullable Integer run,
      @Nullable Long newest,
      @Nullable Long received,
      @Nullable Long late,
      List<Missing> missing,
      boolean more) {}

  /**
   * Numbers that have not come.
   *
   * @param last absent: the numbering began anew after the one before {@code first}
   * @param from when the last reading before them was measured
   * @param until when the first reading after them was
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Missing(
      int run,
      long first,
      @Nullable Long last,
      Instant from,
      Instant until,
      @Nullable OffsetDateTime foundAt) {}

  /**
   * What stands, or stood, in quarantine of the device.
   *
   * @param open that nobody decided about
   * @param byReason of the open ones
   */
  public record Refused(long open, long replayed, long discarded, Map<String, Long> byReason) {}

  /**
   * How long its newest message took.
   *
   * @param measuredToReceivedMillis how old its last reading was when it came
   * @param receivedToStoredMillis from then until it was readable
   */
  public record Lag(long measuredToReceivedMillis, long receivedToStoredMillis) {}

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
