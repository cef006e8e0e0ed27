package io.pulsewarden.renewal;

import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/**
 * Kafka's own TLS, reading its key store and trust store anew when a file was replaced. Set as
 * {@code ssl.engine.factory.class}; clients alone, not brokers. Files that can't be read (a write
 * cut off half-way) leave the former identity in use, and the next connection looks again.
 *
 * <p>Thread-safe.
 */
public final class RenewingSslEngineFactory implements SslEngineFactory {

  private static final System.Logger LOG =
      System.getLogger(RenewingSslEngineFactory.class.getName());

  private Map<String, ?> configuration = Map.of();
  private WatchedFiles files = new WatchedFiles(List.of());
  private @Nullable SslEngineFactory current;

  @Override
  public synchronized void configure(Map<String, ?> configs) {
    configuration = Map.copyOf(withoutNulls(configs));
    List<Path> watched = new ArrayList<>();
    for (String location :
        List.of(
            SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG)) {
      if (configuration.get(location) instanceof String file) {
        watched.add(Path.of(file));
      }
    }
    files = new WatchedFiles(watched);
    try {
      load();
    } catch (IOException unreadable) {
      throw new KafkaException("the service's certificate can't be read", unreadable);
    }
  }

  @Override
  public SSLEngine createClientSslEngine(
      String peerHost, int peerPort, String endpointIdentification) {
    return latest().createClientSslEngine(peerHost, peerPort, endpointIdentification);
  }

  @Override
  public SSLEngine createServerSslEngine(String peerHost, int peerPort) {
    return latest().createServerSslEngine(peerHost, peerPort);
  }

  @Override
  public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
    return latest().shouldBeRebuilt(nextConfigs);
  }

  @Override
  public Set<String> reconfigurableConfigs() {
    return SslConfigs.RECONFIGURABLE_CONFIGS;
  }

  @Override
  public @Nullable KeyStore keystore() {
    return latest().keystore();
  }

  @Override
  public @Nullable KeyStore truststore() {
    return latest().truststore();
  }

  @Override
  public synchronized void close() throws IOException {
    if (current != null) {
      current.close();
    }
  }

  private synchronized SslEngineFactory latest() {
    try {
      if (files.changed()) {
        load();
      }
    } catch (IOException | KafkaException unusable) {
      LOG.log(
          System.Logger.Level.WARNING,
          "the renewed certificate for Kafka can't be used yet; the former one stays",
          unusable);
    }
    return Objects.requireNonNull(current, "configured first");
  }

  private void load() throws IOException {
    Runnable accept = files.accept();
    SslEngineFactory next = new DefaultSslEngineFactory();
    next.configure(configuration);
    SslEngineFactory former = current;
    current = next;
    accept.run();
    if (former != null) {
      former.close();
      LOG.log(System.Logger.Level.INFO, "new connections to Kafka use the renewed certificate");
    }
  }

  private static Map<String, ?> withoutNulls(Map<String, ?> configs) {
    Map<String, Object> present = new HashMap<>();
    configs.forEach(
        (name, value) -> {
          if (value != null) {
            present.put(name, value);
          }
        });
    return present;
  }
}
