package io.pulsewarden.audit.siem;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** An event as a syslog message (RFC 5424) in a frame (RFC 5425, section 4.3). */
final class SyslogMessage {

  private static final int LOG_AUDIT = 13;
  private static final int[] SEVERITIES = {6, 6, 5, 4, 3, 2};
  private static final int MAX_HOST = 255;

  private final String host;

  /**
   * @param origin the log's name; what is before its first slash is the HOSTNAME
   */
  SyslogMessage(String origin) {
    String name = origin.replaceAll("/.*", "").replaceAll("[^!-~]", "?");
    this.host = name.isEmpty() ? "-" : name.substring(0, Math.min(MAX_HOST, name.length()));
  }

  /** The frame's bytes: the message's length, a space, the message. */
  byte[] frame(OcsfEvent event) {
    byte[] message = text(event).getBytes(StandardCharsets.US_ASCII);
    byte[] length = (message.length + " ").getBytes(StandardCharsets.US_ASCII);
    byte[] frame = new byte[length.length + message.length];
    System.arraycopy(length, 0, frame, 0, length.length);
    System.arraycopy(message, 0, frame, length.length, message.length);
    return frame;
  }

  private String text(OcsfEvent event) {
    int severity = SEVERITIES[Math.clamp(event.severity(), 0, SEVERITIES.length - 1)];
    return "<%d>1 %s %s audit-service - ocsf-%d [pulsewarden@32473 index=\"%d\" leaf=\"%s\"] %s"
        .formatted(
            LOG_AUDIT * 8 + severity,
            time(event.timeMs()),
            host,
            event.classUid(),
            event.index(),
            event.leafHash(),
            event.json());
  }

  /** With milliseconds, always; nothing where the time is not known or not of these years. */
  private static String time(long ms) {
    if (ms <= 0 || ms > 253_402_300_799_999L) {
      return "-";
    }
    String seconds = Instant.ofEpochSecond(ms / 1000).toString();
    return "%s.%03dZ".formatted(seconds.substring(0, seconds.length() - 1), ms % 1000);
  }
}
