package io.pulsewarden.platform;

import io.pulsewarden.platform.certificates.LocalCa;
import io.pulsewarden.platform.kafka.KafkaServer;
import io.pulsewarden.platform.kafka.KafkaSettings;
import io.pulsewarden.platform.network.CutWire;
import io.pulsewarden.platform.postgres.PostgresServer;
import io.pulsewarden.platform.postgres.PostgresSettings;
import io.pulsewarden.platform.servers.BuildLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Kafka and PostgreSQL in a temporary folder. Kafka sends its clients to a relay, so that a test
 * can cut the network.
 *
 * @param folder deleted with the servers
 * @param serviceCa of the servers and their clients
 * @param edgeCa of what people and devices connect to
 * @param wire to which Kafka sends its clients once they asked where it is
 */
record TestBedServers(
    Path folder,
    LocalCa serviceCa,
    LocalCa edgeCa,
    KafkaServer kafka,
    CutWire wire,
    PostgresServer postgres) {

  static TestBedServers start(String trustDomain) throws Exception {
    Path folder = Files.createTempDirectory("pulsewarden-test-bed-");
    LocalCa serviceCa = LocalCa.create("Pulsewarden test service CA");
    LocalCa edgeCa = LocalCa.create("Pulsewarden test edge CA");
    KafkaSettings broker = KafkaSettings.forTests(serviceCa, trustDomain);
    CutWire wire = new CutWire(broker.port());
    FutureTask<KafkaServer> kafka =
        inBackground(
            () -> {
              KafkaServer server =
                  KafkaServer.start(folder.resolve("kafka"), broker.advertising(wire.port()));
              server.createTopics();
              return server;
            });
    FutureTask<PostgresServer> postgres =
        inBackground(
            () ->
                PostgresServer.start(
                    folder.resolve("postgres"), PostgresSettings.forTests(serviceCa, trustDomain)));
    try {
      return new TestBedServers(folder, serviceCa, edgeCa, kafka.get(), wire, postgres.get());
    } catch (ExecutionException e) {
      stopIfStarted(kafka);
      stopIfStarted(postgres);
      wire.close();
      throw e;
    }
  }

  /** At once, by SIGKILL: nobody will read what these servers had. */
  void stop() {
    kafka.kill();
    postgres.kill();
    try {
      wire.close();
      BuildLock.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <T> FutureTask<T> inBackground(Callable<T> start) {
    FutureTask<T> task = new FutureTask<>(start);
    Thread.ofVirtual().start(task);
    return task;
  }

  private static void stopIfStarted(FutureTask<? extends AutoCloseable> server) throws Exception {
    try {
      server.get().close();
    } catch (ExecutionException e) {
      // It did not start, so there is nothing to stop; the caller tells why.
    }
  }
}
