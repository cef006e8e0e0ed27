package io.pulsewarden.logexport;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for an S3 server, on loopback: signatures are checked, checksums too, versions are
 * kept, locks and conditions hold. Anybody may read, as in a bucket with a public policy. It is no
 * S3 server: none that locks objects installs from a package registry in a time that a test can
 * bear.
 */
final class S3StandIn implements AutoCloseable {

  static final String BUCKET = "audit-copy";
  static final String KEY_ID = "AKIDEXAMPLE";
  static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  private final HttpServer server;
  private final boolean locking;
  private final Clock clock = Clock.systemUTC();
  private final Map<String, List<Version>> objects = new HashMap<>();
  private final List<String> puts = new ArrayList<>();
  private int answersToLose;
  private boolean bareTags;
  private int versions;

  /** One version of an object. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  record Version(String id, byte[] bytes, String etag, @Nullable String mode, Instant until) {}

  private S3StandIn(HttpServer server, boolean locking) {
    this.server = server;
    this.locking = locking;
  }

  static S3StandIn start(boolean locking) throws IOException {
    // Else each answer waits 40 ms for the client's acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    S3StandIn standIn = new S3StandIn(server, locking);
    server.createContext("/", standIn::handle);
    server.start();
    return standIn;
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Where anybody reads the copy. */
  URI url(String prefix) {
    return endpoint().resolve("/" + BUCKET + "/" + prefix);
  }

  /** Keys in the order in which they were added or replaced. */
  synchronized List<String> puts() {
    return List.copyOf(puts);
  }

  synchronized List<Version> versions(String key) {
    return List.copyOf(objects.getOrDefault(key, List.of()));
  }

  /** As many puts are carried out from now on and answered by a fault. */
  synchronized void loseAnswers(int count) {
    answersToLose = count;
  }

  /** Compares tags as Ceph's RADOS gateway 16 does: without their quotes. */
  synchronized void compareBareTags() {
    bareTags = true;
  }

  /** What somebody who got around all of it put there. */
  synchronized void replace(String key, byte[] bytes) throws GeneralSecurityException {
    store(key, bytes, null, Instant.EPOCH);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private synchronized void handle(HttpExchange request) throws IOException {
    try (request) {
      byte[] body = request.getRequestBody().readAllBytes();
      boolean signed = request.getRequestHeaders().containsKey("Authorization");
      if (signed && !SignatureV4.isGood(request, body, KEY_ID, SECRET)) {
        fail(request, 403, "SignatureDoesNotMatch");
        return;
      }
      String path = request.getRequestURI().getPath();
      if (!path.equals("/" + BUCKET) && !path.startsWith("/" + BUCKET + "/")) {
        fail(request, 404, "NoSuchBucket");
        return;
      }
      String key = path.substring(Math.min(path.length(), BUCKET.length() + 2));
      switch (request.getRequestMethod()) {
        case "GET" -> get(request, key);
        case "PUT" -> put(request, key, body, signed);
        case "DELETE" -> delete(request, key, signed);
        default -> fail(request, 405, "MethodNotAllowed");
      }
    } catch (GeneralSecurityException missing) {
      throw new IOException(missing);
    }
  }

  private void get(HttpExchange request, String key) throws IOException {
    if (key.isEmpty() && "object-lock".equals(request.getRequestURI().getQuery())) {
      if (locking) {
        answer(
            request,
            200,
            "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
                + "</ObjectLockConfiguration>");
      } else {
        fail(request, 404, "ObjectLockConfigurationNotFoundError");
      }
      return;
    }
    List<Version> there = objects.getOrDefault(key, List.of());
    if (there.isEmpty()) {
      fail(request, 404, "NoSuchKey");
      return;
    }
    Version newest = there.getLast();
    request.getResponseHeaders().set("ETag", newest.etag());
    request.sendResponseHeaders(200, newest.bytes().length);
    request.getResponseBody().write(newest.bytes());
  }

  private void put(HttpExchange request, String key, byte[] body, boolean signed)
      throws IOException, GeneralSecurityException {
    var headers = request.getRequestHeaders();
    List<Version> there = objects.getOrDefault(key, List.of());
    String etag = there.isEmpty() ? "none" : there.getLast().etag();
    String tag = bareTags ? etag.replace("\"", "") : etag;
    String mode = headers.getFirst("x-amz-object-lock-mode");
    String sum = headers.getFirst("x-amz-checksum-sha256");
    if (!signed) {
      fail(request, 403, "AccessDenied");
    } else if (mode != null && (!locking || sum == null)) {
      fail(request, 400, "InvalidRequest");
    } else if (sum != null
        && !sum.equals(Base64.getEncoder().encodeToString(hash("SHA-256", body)))) {
      fail(request, 400, "BadDigest");
    } else if ((headers.containsKey("If-None-Match") && !there.isEmpty())
        || !Objects.requireNonNullElse(headers.getFirst("If-Match"), tag).equals(tag)) {
      fail(request, 412, "PreconditionFailed");
    } else {
      String until = headers.getFirst("x-amz-object-lock-retain-until-date");
      store(key, body, mode, until == null ? Instant.EPOCH : Instant.parse(until));
      puts.add(key);
      if (answersToLose > 0) {
        answersToLose--;
        fail(request, 500, "InternalError");
      } else {
        request.getResponseHeaders().set("ETag", etag(key));
        request.sendResponseHeaders(200, -1);
      }
    }
  }

  private String etag(String key) {
    return objects.getOrDefault(key, List.of()).getLast().etag();
  }

  private void store(String key, byte[] body, @Nullable String mode, Instant until)
      throws GeneralSecurityException {
    String etag = "\"" + HexFormat.of().formatHex(hash("MD5", body)) + "\"";
    objects
        .computeIfAbsent(key, first -> new ArrayList<>())
        .add(new Version("v" + versions++, body, etag, mode, until));
  }

  private void delete(HttpExchange request, String key, boolean signed) throws IOException {
    String query = String.valueOf(request.getRequestURI().getQuery());
    List<Version> there = objects.getOrDefault(key, List.of());
    boolean locked =
        there.stream()
            .filter(one -> query.equals("versionId=" + one.id()))
            .anyMatch(one -> one.mode() != null && one.until().isAfter(clock.instant()));
    if (!signed || locked || !query.startsWith("versionId=")) {
      fail(request, 403, "AccessDenied");
    } else {
      there.removeIf(one -> query.equals("versionId=" + one.id()));
      request.sendResponseHeaders(204, -1);
    }
  }

  private static byte[] hash(String algorithm, byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance(algorithm).digest(bytes);
  }

  private static void fail(HttpExchange request, int status, String code) throws IOException {
    answer(request, status, "<Error><Code>" + code + "</Code></Error>");
  }

  private static void answer(HttpExchange request, int status, String xml) throws IOException {
    byte[] body = xml.getBytes(StandardCharsets.UTF_8);
    request.getResponseHeaders().set("Content-Type", "application/xml");
    request.sendResponseHeaders(status, body.length);
    request.getResponseBody().write(body);
  }
}
