package io.pulsewarden.telemetry.keys;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Confirmations over HTTP. */
@ApplicationScoped
class HttpEvictionsClient implements KeyConfirmations {

  private final EvictionsClient client;

  HttpEvictionsClient(@RestClient EvictionsClient client) {
    this.client = client;
  }

  @Override
  public CompletionStage<Void> confirm(Confirmation confirmation) {
    return client.confirm(confirmation).subscribeAsCompletionStage();
  }
}
