package io.pulsewarden.audit.witness;

import io.pulsewarden.audit.checkpoint.WitnessVerifierKey;
import io.pulsewarden.audit.merkle.ProofBuilder;
import io.pulsewarden.audit.merkle.TileHashes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Asks one witness (C2SP tlog-witness, add-checkpoint). What it cosigned last is its own affair: it
 * is asked for with the first conflict and remembered here only to save a request. Thread-safe;
 * blocks.
 */
final class WitnessClient {

  private static final System.Logger LOG = System.getLogger(WitnessClient.class.getName());
  private static final int MAX_ANSWER = 16 * 1024;
  private static final int ATTEMPTS = 3;
  private static final int OK = 200;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;

  private final String label;
  private final String base;
  private final URI endpoint;
  private final WitnessVerifierKey key;
  private final HttpClient http;
  private final Duration patience;
  private final ReentrantLock asking = new ReentrantLock();
  private long cosigned;

  WitnessClient(String label, URI url, WitnessVerifierKey key, HttpClient http, Duration patience) {
    this.label = label;
    this.base = url.toString().replaceAll("/+$", "");
    this.endpoint = URI.create(base + "/add-checkpoint");
    this.key = key;
    this.http = http;
    this.patience = patience;
  }

  String label() {
    return label;
  }

  /**
   * Asks for a cosignature.
   *
   * @param tiles of the tree that the note signs
   */
  WitnessAnswer ask(long size, String note, TileHashes tiles) {
    if (!asking.tryLock()) {
      // It still has not answered the last question.
      return new WitnessAnswer.Away();
    }
    try {
      return converse(size, note, tiles);
    } catch (TimeoutException | ExecutionException away) {
      LOG.log(System.Logger.Level.DEBUG, "witness does not answer", away);
      return new WitnessAnswer.Away();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new WitnessAnswer.Away();
    } finally {
      asking.unlock();
    }
  }

  /** Another instance of this service may ask meanwhile, so that a conflict may come twice. */
  private WitnessAnswer converse(long size, String note, TileHashes tiles)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      // What it has shown to have may be more than a restored database has.
      long old = cosigned <= size ? cosigned : 0;
      HttpResponse<String> answer = post(body(old, size, note, tiles));
      switch (answer.statusCode()) {
        case OK -> {
          return cosigned(size, note, answer.body());
        }
        case CONFLICT -> {
          Optional<Long> has = size(answer.body());
          if (has.isEmpty()) {
            return new WitnessAnswer.Refused(CONFLICT);
          }
          cosigned = has.get();
          if (cosigned > size) {
            return new WitnessAnswer.Ahead(cosigned, shown(note));
          }
          if (cosigned == old) {
            return new WitnessAnswer.Contradicted(shown(note));
          }
        }
        case UNPROCESSABLE -> {
          return new WitnessAnswer.Contradicted(shown(note));
        }
        default -> {
          return new WitnessAnswer.Refused(answer.statusCode());
        }
      }
    }
    return new WitnessAnswer.Refused(CONFLICT);
  }

  private WitnessAnswer cosigned(long size, String note, String answer) {
    Optional<String> line = key.cosignature(note, answer);
    if (line.isEmpty()) {
      return new WitnessAnswer.Unsigned();
    }
    cosigned = size;
    return new WitnessAnswer.Cosigned(line.get());
  }

  private static String body(long old, long size, String note, TileHashes tiles) {
    List<byte[]> proof =
        old == 0 || old == size ? List.of() : new ProofBuilder(size, tiles).consistency(old);
    StringBuilder body = new StringBuilder("old ").append(old).append('\n');
    proof.forEach(hash -> body.append(Base64.getEncoder().encodeToString(hash)).append('\n'));
    return body.append('\n').append(note).toString();
  }

  /**
   * The checkpoint that it cosigned last, as our own witness shows it; the protocol has no such
   * question, and other witnesses answer it with none.
   */
  private Optional<String> shown(String note) throws InterruptedException {
    byte[] origin = note.substring(0, note.indexOf('\n')).getBytes(StandardCharsets.UTF_8);
    URI latest = URI.create(base + "/checkpoint/" + HexFormat.of().formatHex(sha256(origin)));
    try {
      HttpResponse<String> answer = send(HttpRequest.newBuilder(latest).GET());
      return answer.statusCode() == OK ? Optional.of(answer.body()) : Optional.empty();
    } catch (TimeoutException | ExecutionException none) {
      return Optional.empty();
    }
  }

  private HttpResponse<String> post(String body)
      throws InterruptedException, ExecutionException, TimeoutException {
    return send(HttpRequest.newBuilder(endpoint).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  /** The whole answer has to be there in time: a slow body is no better than none. */
  private HttpResponse<String> send(HttpRequest.Builder request)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<HttpResponse<String>> answer =
        http.sendAsync(
            request.timeout(patience).build(),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_ANSWER));
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      answer.cancel(true);
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every JDK has SHA-256", missing);
    }
  }

  private static Optional<Long> size(String answer) {
    String text = answer.strip();
    return text.matches("0|[1-9][0-9]{0,17}")
        ? Optional.of(Long.parseLong(text))
        : Optional.empty();
  }
}
