package io.pulsewarden.registry.problem;

import static org.assertj.core.api.Assertions.assertThat;

import io.pulsewarden.registry.testing.RawHttps;
import io.pulsewarden.registry.testing.Registry;
import io.pulsewarden.registry.testing.RegistryTestBed;
import io.pulsewarden.registry.testing.Token;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every operation there is, by callers who mean no good: each gets an answer that names what is
 * wrong, and nothing of the inside.
 */
@QuarkusTest
@QuarkusTestResource(RegistryTestBed.class)
class HostileRequestsIT {

  private static final Pattern INSIDE =
      Pattern.compile("(?i)exception|\\bat io\\.|hibernate|vertx|jackson|sql|postgres");

  /** Those who answer rubbish in their own protocol, with 200. */
  private static final String OCSP = "/ocsp";

  @TestHTTPResource(value = "/", tls = true)
  URI base;

  private HttpClient http;
  private Registry registry;
  private UUID device;
  private List<EveryOperation> operations;

  /** What was answered with something else than it should have been. */
  private final List<String> wrong = new ArrayList<>();

  @BeforeEach
  void setUp() throws GeneralSecurityException {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, new TrustManager[] {Registry.trustManager()}, null);
    http = HttpClient.newBuilder().sslContext(tls).version(HttpClient.Version.HTTP_1_1).build();
    registry = Registry.ofNewOrganisation(base);
    device = registry.device();
    operations =
        EveryOperation.of(
            registry.anonymous().queryParam("format", "JSON").get("/q/openapi").asString());
    assertThat(operations).hasSizeGreaterThan(35);
  }

  @AfterEach
  void shouldHaveFoundNothing() {
    http.close();
    assertThat(wrong).isEmpty();
  }

  @Test
  void shouldRefuseWhoeverHasNoTokenOrAnotherRole() {
    String clinician = Token.of("clinician", registry.organisation().toString());
    String nowhere = Token.of(Token.ADMIN, null);
    for (EveryOperation one : forPeople()) {
      expect(one, 401, send(one, one.at(device.toString()), null, one.example()));
      expect(one, 401, send(one, one.at(device.toString()), "rubbish", one.example()));
      expect(one, 403, send(one, one.at(device.toString()), clinician, one.example()));
      expect(one, 403, send(one, one.at(device.toString()), nowhere, one.example()));
    }
  }

  /** Whatever is named is not there. */
  @Test
  void shouldShowAnotherOrganisationNothing() {
    String other = Token.admin(UUID.randomUUID());
    for (EveryOperation one : forPeople()) {
      if (one.path().contains("{id}")) {
        expect(one, 404, send(one, one.at(device.toString()), other, one.example()));
      }
    }
    registry.admin().get("/v1/devices/" + device).then().statusCode(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a-thousand-times-nested",
        "rubbish",
        "nothing",
        "null",
        "[]",
        "\"text\"",
        "1e99999",
        "{\"unknown\":1}",
        "{\"a\":1,\"a\":2}",
        "{\"reason\":{\"reason\":[{}]},\"manufacturer\":{},\"label\":[]}",
        "{\"from\":\"+999999999-12-31T23:59:59Z\",\"patientId\":\"0-0-0-0-0\"}",
        "{\"serialNumber\":\"\\u0000\",\"model\":\"\\ud800\",\"manufacturer\":\"\\uffff\"}",
      })
  void shouldNameWhatIsWrongWithABody(String body) {
    String sent = body(body);
    for (EveryOperation one : operations) {
      if (one.type() != null) {
        HttpResponse<String> answer = send(one, one.at(device.toString()), admin(one), sent);
        judge(one, answer, mayBeTaken(one, sent));
      }
    }
  }

  /** A claim needs no body, and OCSP has errors of its own. */
  private static boolean mayBeTaken(EveryOperation one, String sent) {
    return one.path().startsWith(OCSP)
        || (one.path().endsWith("/claims") && (sent.isEmpty() || sent.equals("null")));
  }

  private static String body(String name) {
    return switch (name) {
      case "a-thousand-times-nested" -> "[".repeat(30_000) + "{\"a\":".repeat(3_000);
      case "rubbish" -> {
        byte[] bytes = new byte[30_000];
        new Random(1).nextBytes(bytes);
        yield new String(bytes, StandardCharsets.ISO_8859_1);
      }
      case "nothing" -> "";
      default -> name;
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"huge", "%00", "%FF%FE", "..%2F..%2F", "%F0%9F%98%80", "%25", ";a=b", "-"})
  void shouldNameWhatIsWrongWithAPath(String segment) {
    String written = segment.equals("huge") ? "a".repeat(1_500) : segment;
    for (EveryOperation one : operations) {
      if (one.hasParameter()) {
        survived(one, send(one, one.at(written), admin(one), one.example()));
      }
      for (String query : one.queries()) {
        String path = one.at(device.toString()) + "?" + query + "=" + written;
        survived(one, send(one, path, admin(one), one.example()));
      }
    }
  }

  /** It says how long it is, and is refused before it comes. */
  @Test
  void shouldTakeNoMegabyte() {
    for (EveryOperation one : operations) {
      if (one.type() != null && !one.path().equals("/v1/device-imports")) {
        try (RawHttps connection = RawHttps.open(base)) {
          String answer = head(connection, one, "Content-Length: 1048576").answer();
          if (!answer.startsWith("HTTP/1.1 413 ")) {
            wrong.add(one.name() + " declared: " + firstLine(answer));
          }
        }
      }
    }
  }

  /** Whoever goes away in the middle of a body takes nothing along: the next is served. */
  @Test
  void shouldOutliveCallersWhoGoAwayInTheMiddle() {
    for (EveryOperation one : operations) {
      if (one.type() != null) {
        for (String length : List.of("Content-Length: 1000", "Transfer-Encoding: chunked")) {
          try (RawHttps connection = RawHttps.open(base)) {
            head(connection, one, length).send("3e8\r\n{\"a\":");
          }
        }
      }
    }
    registry.admin().get("/v1/devices/" + device).then().statusCode(200);
    assertThat(registry.device()).isNotEqualTo(device);
  }

  private RawHttps head(RawHttps connection, EveryOperation one, String length) {
    return connection.head(
        one.method() + " " + one.at(device.toString()) + " HTTP/1.1",
        "Content-Type: " + one.type(),
        "Authorization: Bearer " + admin(one),
        "If-Match: *",
        length);
  }

  private List<EveryOperation> forPeople() {
    return operations.stream().filter(EveryOperation::isForPeople).toList();
  }

  private String admin(EveryOperation one) {
    return Token.of(
        one.path().startsWith("/v1/issuing-cas") ? "ca-admin" : Token.ADMIN,
        registry.organisation().toString());
  }

  private HttpResponse<String> send(
      EveryOperation one, String path, @Nullable String token, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("If-Match", "*")
            .method(
                one.method(),
                one.type() == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1));
    if (one.type() != null) {
      request.header("Content-Type", one.type());
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException failed) {
      throw new IllegalStateException(one.name(), failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  private void expect(EveryOperation one, int status, HttpResponse<String> answer) {
    if (answer.statusCode() != status) {
      wrong.add(one.name() + " " + answer.statusCode() + " and not " + status);
    }
    judge(one, answer, false);
  }

  /**
   * Taken or refused, in whatever form: a path may be none of ours, or a name that there can be.
   */
  private void survived(EveryOperation one, HttpResponse<String> answer) {
    if (answer.statusCode() >= 500
        || (!one.path().startsWith(OCSP) && INSIDE.matcher(answer.body()).find())) {
      report(one, answer);
    }
  }

  /**
   * A client's error, told as a problem.
   *
   * @param mayBeTaken whether it may be no error at all
   */
  private void judge(EveryOperation one, HttpResponse<String> answer, boolean mayBeTaken) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    boolean taken = mayBeTaken && answer.statusCode() / 100 == 2;
    boolean told =
        answer.statusCode() / 100 == 4
            && (!one.isForPeople() || type.equals("application/problem+json"));
    // What is taken may be answered with a claim, whose random letters may spell anything.
    if (!taken && (!told || (type.contains("json") && INSIDE.matcher(answer.body()).find()))) {
      report(one, answer);
    }
  }

  private void report(EveryOperation one, HttpResponse<String> answer) {
    wrong.add(
        one.name()
            + " "
            + answer.statusCode()
            + " "
            + answer.headers().firstValue("Content-Type").orElse("")
            + " "
            + firstLine(answer.body()));
  }

  private static String firstLine(String answer) {
    return answer.lines().findFirst().orElse("nothing");
  }
}
