package io.pulsewarden.keys.erasure;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import io.pulsewarden.auditclient.HeadSigner;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/**
 * Signs a receipt by the key of the service's certificate: a compact JWS (RFC 7515, section 7.1),
 * ES256, with the certificates in {@code x5c}, so that the signer's SPIFFE id is checked with the
 * service CA's certificate alone. Thread-safe.
 */
final class ReceiptSigner {

  static final String TYPE = "pulsewarden-erasure-receipt+jws";

  private static final int HALF = 32;
  private static final Base64.Encoder URL = Base64.getUrlEncoder().withoutPadding();

  private final HeadSigner signer;

  ReceiptSigner(HeadSigner signer) {
    this.signer = signer;
  }

  /** The receipt. */
  String sign(ObjectNode payload) {
    // Who signs is known once something is signed; the certificate may change between the two.
    while (true) {
      HeadSigner.HeadSignature who = signer.sign(new byte[0]);
      String input = base64(header(who)) + "." + base64(payload);
      HeadSigner.HeadSignature signed = signer.sign(input.getBytes(StandardCharsets.US_ASCII));
      if (signed.fingerprint().equals(who.fingerprint())) {
        return input + "." + URL.encodeToString(concatenated(signed.signature().toByteArray()));
      }
    }
  }

  private static ObjectNode header(HeadSigner.HeadSignature who) {
    ObjectNode header = JsonNodeFactory.instance.objectNode().put("alg", "ES256").put("typ", TYPE);
    ArrayNode chain = header.putArray("x5c");
    for (ByteString certificate : who.chain()) {
      chain.add(Base64.getEncoder().encodeToString(certificate.toByteArray()));
    }
    return header;
  }

  private static String base64(ObjectNode json) {
    return URL.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** From DER, SEQUENCE of two INTEGERs, to r and s of 32 bytes each (RFC 7518, section 3.4). */
  static byte[] concatenated(byte[] der) {
    byte[] raw = new byte[2 * HALF];
    int at = 2;
    for (int half = 0; half < 2; half++) {
      int length = der[at + 1];
      byte[] number =
          new BigInteger(1, Arrays.copyOfRange(der, at + 2, at + 2 + length)).toByteArray();
      int skip = Math.max(0, number.length - HALF);
      int size = number.length - skip;
      System.arraycopy(number, skip, raw, half * HALF + HALF - size, size);
      at += 2 + length;
    }
    return raw;
  }
}
