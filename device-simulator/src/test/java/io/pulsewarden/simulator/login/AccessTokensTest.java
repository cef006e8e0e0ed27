package io.pulsewarden.simulator.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pulsewarden.simulator.TestAuthority;
import io.pulsewarden.simulator.TestHttpsServer;
import io.pulsewarden.simulator.TestHttpsServer.Answer;
import io.pulsewarden.simulator.TestHttpsServer.Asked;
import io.pulsewarden.simulator.endpoints.HttpRefusal;
import io.pulsewarden.simulator.endpoints.JsonHttp;
import io.pulsewarden.simulator.endpoints.ServerTrust;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessTokensTest {

  private final TestAuthority authority = TestAuthority.root();
  private final AtomicInteger issued = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger(1);
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-03-01T10:00:00Z"));
  private final Clock clock = new MovingClock(now);

  @TempDir private Path folder;

  @Test
  void shouldLogInOnceAndRefreshBeforeTheTokenExpires() throws Exception {
    try (TestHttpsServer provider = provider();
        HttpClient http = http()) {
      AccessTokens tokens = tokens(provider, http, client -> client.password("admin", "p&w rd"));
      assertThat(tokens.current()).isEqualTo("access-1");
      assertThat(tokens.current()).isEqualTo("access-1");

      now.updateAndGet(time -> time.plus(Duration.ofSeconds(275)));

      assertThat(tokens.current()).isEqualTo("access-2");
      assertThat(forms(provider).getFirst())
          .contains("grant_type=password", "username=admin", "password=p%26w+rd")
          .contains("client_id=pulsewarden-cli");
      assertThat(forms(provider).getLast())
          .contains("grant_type=refresh_token", "refresh_token=refresh-1");
    }
  }

  @Test
  void shouldAskUntilThePersonHasLoggedIn() throws Exception {
    List<String> shown = new ArrayList<>();
    try (TestHttpsServer provider = provider();
        HttpClient http = http()) {
      String token = tokens(provider, http, client -> client.device(shown::add)).current();

      assertThat(token).isEqualTo("access-1");
      assertThat(shown).containsExactly("log in at https://login.example/device?code=ABCD");
      assertThat(forms(provider).getLast()).contains("device_code=device-code-1");
    }
  }

  @Test
  void shouldTellAWrongPassword() throws Exception {
    try (TestHttpsServer provider = provider();
        HttpClient http = http()) {
      AccessTokens tokens = tokens(provider, http, client -> client.password("admin", "wrong"));

      assertThatThrownBy(tokens::current)
          .isInstanceOf(HttpRefusal.class)
          .hasMessage("/token answered 401 (invalid_grant)");
    }
  }

  @Test
  void shouldFindADemoUsersPassword() throws Exception {
    Path file = folder.resolve("demo-users.properties");
    Files.writeString(file, "admin.password=secret\nadmin.role=device-admin\n");

    assertThat(DemoUsers.password(file, "admin")).isEqualTo("secret");
    assertThatThrownBy(() -> DemoUsers.password(file, "nobody"))
        .hasMessageContaining("no demo user 'nobody'");
  }

  private AccessTokens tokens(TestHttpsServer provider, HttpClient http, AccessTokens.Login login) {
    return new AccessTokens(new OpenIdClient(new JsonHttp(http), provider.uri()), login, clock);
  }

  private HttpClient http() throws Exception {
    return ServerTrust.of(authority.writePem(folder.resolve("ca.pem"))).httpClient();
  }

  private static List<String> forms(TestHttpsServer provider) {
    return provider.asked().stream().map(Asked::body).filter(each -> !each.isEmpty()).toList();
  }

  private TestHttpsServer provider() throws Exception {
    AtomicReference<String> base = new AtomicReference<>("");
    TestHttpsServer server = new TestHttpsServer(authority, asked -> answer(base.get(), asked));
    base.set(server.uri().toString());
    return server;
  }

  private Answer answer(String base, Asked asked) {
    return switch (asked.path()) {
      case "/.well-known/openid-configuration" ->
          Answer.json(
              200,
              "{\"token_endpoint\":\"%s/token\",\"device_authorization_endpoint\":\"%s/device\"}"
                  .formatted(base, base));
      case "/device" ->
          Answer.json(
              200,
              "{\"device_code\":\"device-code-1\",\"interval\":0,\"verification_uri_complete\":"
                  + "\"https://login.example/device?code=ABCD\"}");
      default -> token(asked.body());
    };
  }

  private Answer token(String form) {
    if (form.contains("password=wrong")) {
      return Answer.json(401, "{\"error\":\"invalid_grant\"}");
    }
    if (form.contains("device_code=") && pending.getAndDecrement() > 0) {
      return Answer.json(400, "{\"error\":\"authorization_pending\"}");
    }
    int number = issued.incrementAndGet();
    return Answer.json(
        200,
        "{\"access_token\":\"access-%d\",\"refresh_token\":\"refresh-%d\",\"expires_in\":300}"
            .formatted(number, number));
  }

  private static final class MovingClock extends Clock {
    private final AtomicReference<Instant> now;

    MovingClock(AtomicReference<Instant> now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now.get();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
