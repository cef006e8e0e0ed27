package io.pulsewarden.telemetry.keys;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Asks key management, and zeroes the answer's bytes once they are read. */
@ApplicationScoped
class HttpKeyGatewayClient implements KeyGateway {

  private final DataKeysClient client;
  private final HolderName name;
  private final LastAnswer last;

  HttpKeyGatewayClient(@RestClient DataKeysClient client, HolderName name, LastAnswer last) {
    this.client = client;
    this.name = name;
    this.last = last;
  }

  @Override
  public CompletionStage<List<Fetched>> fetch(List<Lookup> lookups) {
    return client
        .dataKeys(name.current(), KeyWire.request(lookups))
        .map(
            body -> {
              try {
                return KeyWire.answers(body, lookups.size());
              } finally {
                Arrays.fill(body, (byte) 0);
              }
            })
        .onItemOrFailure()
        .invoke((_, failure) -> last.ended(failure))
        .subscribeAsCompletionStage();
  }
}
