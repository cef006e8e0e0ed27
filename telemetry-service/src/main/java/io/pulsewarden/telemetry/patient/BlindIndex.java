package io.pulsewarden.telemetry.patient;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.pulsewarden.envelope.BaseKey;
import io.pulsewarden.telemetry.keys.BaseKeys;
import io.pulsewarden.telemetry.keys.KeyAnswer;
import io.pulsewarden.telemetry.keys.KeySubject;
import io.pulsewarden.telemetry.keys.KeysUnavailableException;
import io.pulsewarden.telemetry.keys.Purpose;
import io.pulsewarden.telemetry.keys.SubjectErasedException;
import io.smallrye.mutiny.Uni;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Finds identifiers without keeping them; docs/formats/demographics.md. Thread-safe. */
final class BlindIndex {

  private static final String HMAC = "HmacSHA256";
  private static final int IDENTIFIER = 1;

  private final BaseKeys keys;

  BlindIndex(BaseKeys keys) {
    this.keys = keys;
  }

  /** The index of each identifier, in order, 32 bytes each. May complete on any thread. */
  Uni<List<ByteString>> of(UUID organisation, List<PatientIdentifier> identifiers) {
    return Uni.createFrom()
        .completionStage(
            () -> keys.current(KeySubject.organisation(organisation), Purpose.BLIND_INDEX))
        .map(answer -> of(answer, identifiers));
  }

  private static List<ByteString> of(KeyAnswer answer, List<PatientIdentifier> identifiers) {
    return switch (answer) {
      case KeyAnswer.Available(BaseKey key) -> {
        try (key) {
          yield identifiers.stream().map(identifier -> of(key, identifier)).toList();
        }
      }
      case KeyAnswer.Erased() -> throw new SubjectErasedException();
      case KeyAnswer.Unknown(), KeyAnswer.Denied(), KeyAnswer.Unusable() ->
          throw new KeysUnavailableException("the index key was not handed out", null);
    };
  }

  static ByteString of(BaseKey key, PatientIdentifier identifier) {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.write(IDENTIFIER);
    text(input, identifier.system());
    text(input, identifier.value());
    return key.key()
        .use(
            bytes -> {
              try {
                Mac mac = Mac.getInstance(HMAC);
                mac.init(new SecretKeySpec(bytes, HMAC));
                return ByteString.copyFrom(mac.doFinal(input.toByteArray()));
              } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException("every JDK has HmacSHA256", impossible);
              }
            });
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(utf8.length).array());
    out.writeBytes(utf8);
  }
}
