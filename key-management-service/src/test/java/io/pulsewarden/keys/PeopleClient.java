package io.pulsewarden.keys;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import org.jspecify.annotations.Nullable;

/** A person's program: no certificate, a token or none. */
public final class PeopleClient implements AutoCloseable {

  private final URI base;
  private final HttpClient http;

  /**
   * @param base any URL of the service
   */
  public PeopleClient(URI base) throws GeneralSecurityException, IOException {
    this.base = base;
    this.http = KeysClient.http(KeyServers.bed().serviceCa().certificate(), null);
  }

  /** Sends JSON, if any. */
  public HttpResponse<String> send(
      String method, String path, @Nullable String token, @Nullable String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    http.close();
  }
}
