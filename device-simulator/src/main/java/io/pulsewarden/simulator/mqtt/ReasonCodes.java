package io.pulsewarden.simulator.mqtt;

/** Names of the MQTT 5 reason codes (section 2.4) that a publisher meets. */
public final class ReasonCodes {

  private ReasonCodes() {}

  /** Whether the code is a refusal. */
  public static boolean isRefusal(int code) {
    return code >= 0x80;
  }

  /** The code in hexadecimal with its name. */
  public static String describe(int code) {
    return "0x%02X %s".formatted(code, name(code));
  }

  private static String name(int code) {
    return switch (code) {
      case 0x00 -> "success";
      case 0x10 -> "no matching subscribers";
      case 0x80 -> "unspecified error";
      case 0x81 -> "malformed packet";
      case 0x82 -> "protocol error";
      case 0x83 -> "implementation specific error";
      case 0x84 -> "unsupported protocol version";
      case 0x85 -> "client identifier not valid";
      case 0x87 -> "not authorized";
      case 0x88 -> "server unavailable";
      case 0x89 -> "server busy";
      case 0x8A -> "banned";
      case 0x8B -> "server shutting down";
      case 0x8D -> "keep alive timeout";
      case 0x8E -> "session taken over";
      case 0x90 -> "topic name invalid";
      case 0x93 -> "receive maximum exceeded";
      case 0x95 -> "packet too large";
      case 0x96 -> "message rate too high";
      case 0x97 -> "quota exceeded";
      case 0x98 -> "administrative action";
      case 0x99 -> "payload format invalid";
      case 0x9B -> "QoS not supported";
      default -> "other";
    };
  }
}
