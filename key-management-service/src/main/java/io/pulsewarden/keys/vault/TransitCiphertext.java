package io.pulsewarden.keys.vault;

import com.google.protobuf.ByteString;
import io.pulsewarden.keys.kek.KekVersion;
import io.pulsewarden.keys.kek.Wrapped;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Vault's own form of a wrapped key, {@code vault:v<version>:<base64>}; docs/formats/keys.md. */
final class TransitCiphertext {

  private static final Pattern FORM = Pattern.compile("vault:v([1-9][0-9]{0,8}):[A-Za-z0-9+/]+=*");

  private TransitCiphertext() {}

  /** The version that wrapped it, if it is such a text. */
  static Optional<Integer> version(String text) {
    Matcher parts = FORM.matcher(text);
    return parts.matches() ? Optional.of(Integer.parseInt(parts.group(1))) : Optional.empty();
  }

  /** The text, if it is one and of the version that it is stored with. */
  static Optional<String> of(Wrapped wrapped) {
    ByteString bytes = wrapped.bytes();
    String text = bytes.toString(StandardCharsets.ISO_8859_1);
    return version(text).filter(version -> version == wrapped.kek().version()).map(_ -> text);
  }

  static Wrapped wrapped(KekVersion kek, String text) {
    return new Wrapped(kek, ByteString.copyFrom(text, StandardCharsets.US_ASCII));
  }
}
