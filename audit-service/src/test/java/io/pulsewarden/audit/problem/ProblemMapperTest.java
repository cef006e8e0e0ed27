package io.pulsewarden.audit.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class ProblemMapperTest {

  @Test
  void shouldTellADatabaseThatIsAwayFromAFault() {
    assertThat(ProblemMapper.isOutage(new CompletionException(new ConnectException("refused"))))
        .isTrue();
    assertThat(ProblemMapper.isOutage(new CompletionException(new NoStackTraceThrowable("pool"))))
        .isTrue();
    assertThat(ProblemMapper.isOutage(new TimeoutException())).isTrue();
    assertThat(ProblemMapper.isOutage(new PgException("shut down", "FATAL", "57P01", ""))).isTrue();

    assertThat(ProblemMapper.isOutage(new PgException("no right", "ERROR", "42501", ""))).isFalse();

    assertThat(ProblemMapper.isOutage(new IllegalStateException("a fault"))).isFalse();
    assertThat(ProblemMapper.isOutage(new CompletionException(new NullPointerException())))
        .isFalse();
  }
}
