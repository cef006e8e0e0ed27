package io.pulsewarden.telemetry.quarantine;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A page of refused inputs, the latest first.
 *
 * @param next cursor of the next page; absent on the last one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QuarantineView(List<Item> items, @Nullable String next) {

  /**
   * One refused input, as far as the caller may see it.
   *
   * @param id partition and offset of the message that holds it
   * @param reason as in docs/formats/vitals.md; {@code erased} if nobody can read it any more
   * @param recordIndex position in the pack; absent for a whole message
   * @param code what was measured; only for those who may see the input
   * @param detail only for those who may see the input
   * @param payload what the device sent, as text; only for those who may see the input
   * @param payloadBase64 in its place where the device sent no text
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Item(
      String id,
      UUID deviceId,
      Instant receivedAt,
      String reason,
      @Nullable Integer recordIndex,
      @Nullable Instant recordTime,
      @Nullable String code,
      @Nullable String detail,
      @Nullable String payload,
      @Nullable String payloadBase64) {

    @Override
    public String toString() {
      return "Item[" + id + "]";
    }
  }
}
