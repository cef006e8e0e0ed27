package io.pulsewarden.registry.problem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParseException;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What passes is answered with 503, and comes again; a fault of ours with 500. */
class ProblemMapperTest {

  private final ProblemMapper mapper = new ProblemMapper();

  static Exception[] outages() {
    return new Exception[] {
      new ConnectException("refused"),
      new ClosedChannelException(),
      new IOException("Broken pipe"),
      new TimeoutException("another introduction goes on"),
      ClosedConnectionException.INSTANCE,
      new PgException("terminating connection", "FATAL", "57P01", ""),
      new PgException("the lock was not had in time", "ERROR", "55P03", ""),
      new CompletionException(new IllegalStateException(new ConnectException("refused"))),
    };
  }

  static Exception[] faults() {
    return new Exception[] {
      new IllegalStateException("a fault"),
      new UncheckedIOException(new JsonParseException(null, "not JSON")),
      new UncheckedIOException(new NoSuchFileException("blocked-keys")),
      new PgException("twice", "ERROR", "23505", ""),
      new CompletionException(new NullPointerException()),
    };
  }

  @ParameterizedTest
  @MethodSource("outages")
  void shouldAnswerAnOutageAsWhatPasses(Exception failure) {
    try (Response answer = mapper.unexpected(failure)) {
      assertThat(answer.getStatus()).isEqualTo(503);
      assertThat(answer.getHeaderString(HttpHeaders.RETRY_AFTER)).isEqualTo("5");
      assertThat(answer.getEntity()).isEqualTo(ProblemBody.of(ProblemType.UNAVAILABLE.plain()));
    }
  }

  @ParameterizedTest
  @MethodSource("faults")
  void shouldAnswerAFaultAsOurs(Exception failure) {
    try (Response answer = mapper.unexpected(failure)) {
      assertThat(answer.getStatus()).isEqualTo(500);
      assertThat(answer.getHeaderString(HttpHeaders.RETRY_AFTER)).isNull();
      assertThat(answer.getEntity()).isEqualTo(ProblemBody.of(ProblemType.INTERNAL.plain()));
    }
  }
}
