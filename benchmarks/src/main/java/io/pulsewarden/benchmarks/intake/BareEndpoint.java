package io.pulsewarden.benchmarks.intake;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;

/**
 * The baseline, a process of its own: Vert.x MQTT with mutual TLS as the service sets it up, which
 * acknowledges each PUBLISH at once and does nothing else.
 */
public final class BareEndpoint {

  private static final int EVENT_LOOPS = 2;

  private BareEndpoint() {}

  /** Port, certificate, key, and the authorities that devices are of; the last three PEM files. */
  public static void main(String[] arguments) {
    Vertx.vertx()
        .deployVerticle(
            () -> new Listener(arguments), new DeploymentOptions().setInstances(EVENT_LOOPS))
        .onFailure(
            failure -> {
              failure.printStackTrace(System.err);
              System.exit(1);
            });
  }

  private static final class Listener extends AbstractVerticle {

    private final String[] arguments;

    private Listener(String[] arguments) {
      this.arguments = arguments;
    }

    @Override
    public void start(Promise<Void> started) {
      MqttServer.create(
              vertx,
              new MqttServerOptions()
                  .setHost("127.0.0.1")
                  .setPort(Integer.parseInt(arguments[0]))
                  .setSsl(true)
                  .setClientAuth(ClientAuth.REQUIRED)
                  .setKeyCertOptions(
                      new PemKeyCertOptions().setCertPath(arguments[1]).setKeyPath(arguments[2]))
                  .setTrustOptions(new PemTrustOptions().addCertPath(arguments[3]))
                  .setMaxMessageSize(256 * 1024))
          .endpointHandler(
              endpoint -> {
                endpoint.publishAutoAck(true);
                endpoint.publishHandler(_ -> {});
                endpoint.accept(false);
              })
          .listen()
          .<Void>mapEmpty()
          .onComplete(started);
    }
  }
}
