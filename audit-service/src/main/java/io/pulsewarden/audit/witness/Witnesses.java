package io.pulsewarden.audit.witness;

import io.pulsewarden.audit.checkpoint.LogConfiguration;
import io.pulsewarden.audit.checkpoint.WitnessVerifierKey;
import io.pulsewarden.audit.merkle.TileHashes;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The witnesses of this log. Blocks; one round at a time. */
public final class Witnesses implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Witnesses.class.getName());

  private final List<WitnessClient> clients;
  private final int quorum;
  private final BiConsumer<String, String> listener;
  private final HttpClient http;
  private final Map<String, Accusation> accusations = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * A note with the cosignatures that it has.
   *
   * @param count how many
   * @param quorum whether they are as many as are wanted
   */
  public record Cosigned(String note, int count, boolean quorum) {}

  /**
   * What a witness said against the log, and has not taken back by a cosignature since.
   *
   * @param kind as it is counted: {@code ahead} or {@code contradicted}
   * @param size that it says it has cosigned; 0 where it does not say
   * @param shown the checkpoint that it shows for it; nothing is believed of it
   */
  public record Accusation(String witness, String kind, long size, Optional<String> shown) {}

  private Witnesses(
      List<WitnessClient> clients,
      int quorum,
      BiConsumer<String, String> listener,
      HttpClient http) {
    this.clients = List.copyOf(clients);
    this.quorum = quorum;
    this.listener = listener;
    this.http = http;
  }

  /**
   * Those of the configuration.
   *
   * @param listener is told a witness's label and what kind of answer it gave
   * @throws IllegalArgumentException if a key is none, or fewer are known than have to cosign
   */
  public static Witnesses of(
      LogConfiguration.Witnesses configured, BiConsumer<String, String> listener)
      throws IOException, GeneralSecurityException {
    if (configured.quorum() < 0 || configured.quorum() > configured.known().size()) {
      throw new IllegalArgumentException("the quorum is larger than there are witnesses");
    }
    HttpClient.Builder http = HttpClient.newBuilder().connectTimeout(configured.patience());
    if (configured.caFile().isPresent()) {
      http.sslContext(trusting(configured.caFile().get()));
    }
    HttpClient client = http.build();
    List<WitnessClient> clients = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Map.Entry<String, LogConfiguration.Witness> one : configured.known().entrySet()) {
      WitnessVerifierKey key = WitnessVerifierKey.parse(one.getValue().key());
      if (!names.add(key.name())) {
        throw new IllegalArgumentException("a witness counts once: " + key.name());
      }
      clients.add(
          new WitnessClient(
              one.getKey(), one.getValue().url(), key, client, configured.patience()));
    }
    return new Witnesses(clients, configured.quorum(), listener, client);
  }

  /** Whether there are any. */
  public boolean any() {
    return !clients.isEmpty();
  }

  /** So many must cosign a checkpoint before it is published. */
  public int quorum() {
    return quorum;
  }

  /** Those that stand. */
  public List<Accusation> accusations() {
    return List.copyOf(accusations.values());
  }

  /** Drops one that was none: another instance had a later checkpoint cosigned meanwhile. */
  public void drop(Accusation none) {
    accusations.remove(none.witness(), none);
  }

  /**
   * Asks all of them at once, and waits until the quorum is there (without one: for all), or until
   * all have answered or used up their time. Who comes later counts for the next checkpoint.
   *
   * @param note the log's signed checkpoint of a tree of this size
   * @param tiles of the tree
   */
  public Cosigned cosign(long size, String note, TileHashes tiles) throws InterruptedException {
    CompletionService<WitnessAnswer> answers = new ExecutorCompletionService<>(threads);
    for (WitnessClient client : clients) {
      var _ = answers.submit(() -> heard(client, client.ask(size, note, tiles)));
    }
    int wanted = quorum == 0 ? clients.size() : quorum;
    StringBuilder cosigned = new StringBuilder(note);
    int count = 0;
    for (int left = clients.size(); left > 0 && count < wanted; left--) {
      if (answer(answers) instanceof WitnessAnswer.Cosigned(String line)) {
        cosigned.append(line);
        count++;
      }
    }
    return new Cosigned(cosigned.toString(), count, count >= quorum);
  }

  private static WitnessAnswer answer(CompletionService<WitnessAnswer> answers)
      throws InterruptedException {
    try {
      return answers.take().get();
    } catch (ExecutionException failed) {
      // Such as a database that does not give the proof: as if nobody had been asked.
      LOG.log(System.Logger.Level.WARNING, "witness could not be asked", failed.getCause());
      return new WitnessAnswer.Away();
    }
  }

  private WitnessAnswer heard(WitnessClient client, WitnessAnswer answer) {
    listener.accept(client.label(), answer.kind());
    switch (answer) {
      case WitnessAnswer.Cosigned _ -> {
        accusations.remove(client.label());
        LOG.log(System.Logger.Level.DEBUG, "witness cosigned witness={0}", client.label());
      }
      case WitnessAnswer.Ahead(long ahead, Optional<String> shown) ->
          accused(new Accusation(client.label(), answer.kind(), ahead, shown));
      case WitnessAnswer.Contradicted(Optional<String> shown) ->
          accused(new Accusation(client.label(), answer.kind(), 0, shown));
      case WitnessAnswer.Unsigned _, WitnessAnswer.Refused _, WitnessAnswer.Away _ ->
          LOG.log(
              System.Logger.Level.WARNING,
              "witness did not cosign witness={0} answer={1}",
              client.label(),
              answer.kind());
    }
    return answer;
  }

  /** Whatever else it answers later, an accusation stands until it cosigns again. */
  private void accused(Accusation accusation) {
    Accusation before = accusations.put(accusation.witness(), accusation);
    boolean known = before != null && before.kind().equals(accusation.kind());
    LOG.log(
        known ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR,
        "witness says that the audit log is not the one it cosigned witness={0} answer={1}",
        accusation.witness(),
        accusation.kind());
  }

  private static SSLContext trusting(Path pem) throws IOException, GeneralSecurityException {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(pem)) {
      int number = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca" + number++, one);
      }
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }

  @Override
  public void close() {
    threads.shutdownNow();
    http.shutdownNow();
  }
}
