package io.pulsewarden.audit.siem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.platform.certificates.LocalCa;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a syslog receiver does wrong, one thing each. */
class SyslogReceiverTest {

  private static final OcsfEvent EVENT = new OcsfEvent(1, "00", 6003, 1, 1_764_000_000_000L, "{}");

  @TempDir private Path folder;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicLong read = new AtomicLong();

  enum Fault {
    ENDS_EARLY,
    NEVER_ENDS,
    NEVER_READS
  }

  @BeforeEach
  void certify() throws IOException {
    LocalCa ca = LocalCa.create("syslog");
    ca.issueEdge("syslog").writePem(folder, "syslog");
  }

  @AfterEach
  void stop() {
    over.countDown();
  }

  @Test
  void shouldConfirmWhatAReceiverReadAndEndedInOrder() throws Exception {
    try (SSLServerSocket server = serve(this::count);
        SyslogReceiver receiver = receiver(server.getLocalPort(), Duration.ofMinutes(1))) {
      receiver.send(List.of(EVENT, EVENT));
      receiver.confirm();

      assertThat(read.get())
          .isEqualTo(2L * new SyslogMessage(StreamBed.ORIGIN).frame(EVENT).length);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void shouldNotConfirmOtherwise(Fault fault) throws Exception {
    try (SSLServerSocket server = serve(connection -> fail(connection, fault));
        SyslogReceiver receiver = receiver(server.getLocalPort(), Duration.ofSeconds(2))) {
      assertThatThrownBy(
              () -> {
                // More than any buffer on the way holds.
                for (int i = 0; i < 2000; i++) {
                  receiver.send(Collections.nCopies(100, EVENT));
                }
                receiver.confirm();
              })
          .isInstanceOf(IOException.class);
    }
  }

  private interface Answering {
    void answer(Socket connection) throws IOException;
  }

  private void fail(Socket connection, Fault fault) throws IOException {
    switch (fault) {
      case ENDS_EARLY -> {
        var _ = connection.getInputStream().read();
      }
      case NEVER_ENDS -> {
        count(connection);
        awaitEnd();
      }
      case NEVER_READS -> {
        var _ = connection.getInputStream().read();
        awaitEnd();
      }
    }
  }

  private void count(Socket connection) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    int some = connection.getInputStream().read(buffer);
    while (some >= 0) {
      read.addAndGet(some);
      some = connection.getInputStream().read(buffer);
    }
  }

  private void awaitEnd() {
    try {
      over.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private SSLServerSocket serve(Answering answering) throws IOException {
    SSLServerSocket server =
        (SSLServerSocket)
            tls("syslog")
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getByName("localhost"));
    Thread answers =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  try (Socket connection = server.accept()) {
                    answering.answer(connection);
                  } catch (IOException ended) {
                    // The other side went first.
                  }
                });
    answers.start();
    return server;
  }

  private SyslogReceiver receiver(int port, Duration patience) {
    return new SyslogReceiver(
        "localhost",
        port,
        new PemTls(Optional.of(folder.resolve("syslog.crt")), Optional.empty(), Optional.empty()),
        new SyslogMessage(StreamBed.ORIGIN),
        patience,
        Duration.ZERO,
        Duration.ofMillis(100));
  }

  private PemTls tls(String name) {
    return new PemTls(
        Optional.empty(),
        Optional.of(folder.resolve(name + ".crt")),
        Optional.of(folder.resolve(name + ".key")));
  }
}
