package io.pulsewarden.outage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.VertxException;
import io.vertx.core.file.FileSystemException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OutageTest {

  static Throwable[] outages() {
    return new Throwable[] {
      new ConnectException("refused"),
      new UnknownHostException("postgres"),
      new SocketTimeoutException("read"),
      new HttpConnectTimeoutException("connect"),
      new ClosedChannelException(),
      new EOFException("closed"),
      new SSLHandshakeException("closed in the handshake"),
      new IOException("Broken pipe"),
      new java.util.concurrent.TimeoutException(),
      new TimeoutException(),
      new NoStackTraceThrowable("Timeout"),
      new VertxException("Connection was closed", true),
      ClosedConnectionException.INSTANCE,
      new PgException("terminating connection", "FATAL", "57P01", ""),
      new PgException("deadlock", "ERROR", "40P01", ""),
      new PgException("cannot execute INSERT in a read-only transaction", "ERROR", "25006", ""),
      new PgException("terminating: idle in a transaction", "FATAL", "25P03", ""),
      new PgException("too many clients", "FATAL", "53300", ""),
      new PgException("closed before it said why", "FATAL", null, ""),
      new IllegalStateException(new SQLException("terminating connection", "57P01")),
      new UncheckedIOException(new ConnectException("refused")),
      new CompletionException(new IllegalStateException(new ConnectException("refused"))),
    };
  }

  static Throwable[] faults() {
    return new Throwable[] {
      new JsonParseException(null, "not JSON"),
      new UncheckedIOException(new JsonParseException(null, "not JSON")),
      new NoSuchFileException("keyring"),
      new MalformedInputException(1),
      new FileSystemException("no such file"),
      new PgException("no right", "ERROR", "42501", ""),
      new PgException("in a failed transaction", "ERROR", "25P02", ""),
      new PgException("out of range", "ERROR", "22003", ""),
      new PgException("no SQLSTATE", "ERROR", "57", ""),
      new CompletionException(new PgException("twice", "ERROR", "23505", "")),
      new IllegalStateException(new SQLException("twice", "23505")),
      new IllegalStateException("a fault"),
      new CompletionException(new NullPointerException()),
    };
  }

  @ParameterizedTest
  @MethodSource("outages")
  void shouldTakeAServerThatIsAwayForAnOutage(Throwable failure) {
    assertThat(Outage.isCauseOf(failure)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void shouldNotTakeAFaultForAnOutage(Throwable failure) {
    assertThat(Outage.isCauseOf(failure)).isFalse();
  }
}
