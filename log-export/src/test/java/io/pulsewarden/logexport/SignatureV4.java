package io.pulsewarden.logexport;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Checks the signatures of requests as S3 does: AWS signature version 4, in a header. */
final class SignatureV4 {

  private static final Pattern AUTHORIZATION =
      Pattern.compile(
          "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/s3/aws4_request,"
              + " ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})");

  private SignatureV4() {}

  static boolean isGood(HttpExchange request, byte[] body, String id, String secret)
      throws GeneralSecurityException {
    var headers = request.getRequestHeaders();
    Matcher given = AUTHORIZATION.matcher(String.valueOf(headers.getFirst("Authorization")));
    String hash = String.valueOf(headers.getFirst("x-amz-content-sha256"));
    String time = String.valueOf(headers.getFirst("x-amz-date"));
    if (!given.matches() || !given.group(1).equals(id) || !isHash(hash, body)) {
      return false;
    }
    String signed =
        Stream.of(given.group(4).split(";", -1))
            .map(name -> name + ":" + String.join(",", headers.get(name)).strip() + "\n")
            .collect(Collectors.joining());
    String canonical =
        String.join(
            "\n",
            request.getRequestMethod(),
            request.getRequestURI().getRawPath(),
            query(request.getRequestURI().getRawQuery()),
            signed,
            given.group(4),
            hash);
    String scope = given.group(2) + "/" + given.group(3) + "/s3/aws4_request";
    String toSign =
        "AWS4-HMAC-SHA256\n"
            + time
            + "\n"
            + scope
            + "\n"
            + sha256(canonical.getBytes(StandardCharsets.UTF_8));
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, toSign)).equals(given.group(5));
  }

  private static boolean isHash(String given, byte[] body) throws GeneralSecurityException {
    return given.equals(sha256(body)) || (body.length == 0 && given.equals("UNSIGNED-PAYLOAD"));
  }

  private static String query(@Nullable String raw) {
    return raw == null
        ? ""
        : Stream.of(raw.split("&", -1))
            .map(one -> one.contains("=") ? one : one + "=")
            .sorted()
            .collect(Collectors.joining("&"));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
