package io.pulsewarden.keys.handout;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Answers as JSON, straight to bytes: keys never become a String, nor stay in a library's buffers.
 * Nothing in them needs escaping: ids, numbers, times and base64.
 */
final class HandedOutKeys {

  /** A key's answer is a little shorter. */
  private static final int ANSWER = 224;

  private HandedOutKeys() {}

  static byte[] toJson(List<HandedOut> answers) {
    ZeroedOutput out = new ZeroedOutput(ANSWER * (answers.size() + 1));
    String before = "{\"keys\":[";
    for (HandedOut answer : answers) {
      out.ascii(before);
      write(out, answer);
      before = ",";
    }
    out.ascii(answers.isEmpty() ? before + "]}" : "]}");
    return out.take();
  }

  private static void write(ZeroedOutput out, HandedOut answer) {
    switch (answer) {
      case HandedOut.Key key -> write(out, key);
      case HandedOut.Erased() -> out.ascii("{\"status\":\"erased\"}");
      case HandedOut.Unusable() -> out.ascii("{\"status\":\"unusable\"}");
      case HandedOut.Unknown() -> out.ascii("{\"status\":\"unknown\"}");
      case HandedOut.Denied() -> out.ascii("{\"status\":\"denied\"}");
    }
  }

  private static void write(ZeroedOutput out, HandedOut.Key key) {
    out.ascii("{\"status\":\"ok\",\"subjectKeyId\":\"" + key.subjectKeyId());
    out.ascii("\",\"epoch\":" + key.epoch() + ",\"key\":\"");
    byte[] base64 = key.key().use(Base64.getEncoder()::encode);
    out.write(base64);
    Arrays.fill(base64, (byte) 0);
    out.ascii("\",\"expiresAt\":\"" + key.expiresAt() + "\"}");
  }

  static void close(List<HandedOut> answers) {
    for (HandedOut answer : answers) {
      if (answer instanceof HandedOut.Key key) {
        key.key().close();
      }
    }
  }
}
